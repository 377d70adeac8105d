/** The program: reads the settings, wires the parts, starts and stops them in order. */
@NullMarked
package dev.adp;

import org.jspecify.annotations.NullMarked;
