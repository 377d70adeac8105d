/** Terraform's type system: types, values, and the two forms in which they travel. */
@NullMarked
package dev.adp.terraform.cty;

import org.jspecify.annotations.NullMarked;
