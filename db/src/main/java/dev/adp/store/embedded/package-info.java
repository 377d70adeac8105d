/** A PostgreSQL server of our own for people who bring none: found in jars, kept in one folder. */
@NullMarked
package dev.adp.store.embedded;

import org.jspecify.annotations.NullMarked;
