/** The provider {@code redpanda}: an HTTP client of the REST API, and nothing else of ours. */
@NullMarked
package dev.adp.terraform.redpanda;

import org.jspecify.annotations.NullMarked;
