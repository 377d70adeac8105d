/** What the product is about, in plain Java: no framework, no SQL, no JSON. */
@NullMarked
package dev.adp.domain;

import org.jspecify.annotations.NullMarked;
