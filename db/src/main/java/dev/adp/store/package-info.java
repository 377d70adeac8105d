/** The repository: every read and write, each with the permission that it needs. */
@NullMarked
package dev.adp.store;

import org.jspecify.annotations.NullMarked;
