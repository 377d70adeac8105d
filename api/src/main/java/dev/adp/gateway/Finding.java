package dev.adp.gateway;

import dev.adp.domain.ConnectionResult.Cause;

/**
 * Why a check failed.
 *
 * @param advice what to do about it, in whole sentences
 */
record Finding(Cause cause, String advice) {}
