/** The REST API: parse, ask the repository, wrap the answer. */
@NullMarked
package dev.adp.api;

import org.jspecify.annotations.NullMarked;
