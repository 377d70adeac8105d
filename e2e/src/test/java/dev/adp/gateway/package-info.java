/**
 * The golden corpus, replayed through the gateway in-process. The package is the gateway's own, so
 * that its meters can be fed byte by byte.
 */
@NullMarked
package dev.adp.gateway;

import org.jspecify.annotations.NullMarked;
