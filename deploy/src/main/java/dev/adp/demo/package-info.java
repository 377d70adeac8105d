/** What {@code ./adp demo} adds: a model to talk to, and usage to look at. */
@NullMarked
package dev.adp.demo;

import org.jspecify.annotations.NullMarked;
