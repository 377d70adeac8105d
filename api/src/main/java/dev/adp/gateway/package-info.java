/**
 * The data plane: every byte between applications and upstreams, and what is counted on the way.
 */
@NullMarked
package dev.adp.gateway;

import org.jspecify.annotations.NullMarked;
