/** The whole program from outside: real processes, a real browser, the official SDK. */
@NullMarked
package dev.adp.e2e;

import org.jspecify.annotations.NullMarked;
