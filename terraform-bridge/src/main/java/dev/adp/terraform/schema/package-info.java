/** What attributes a provider, a resource or a data source has, and the rules for their values. */
@NullMarked
package dev.adp.terraform.schema;

import org.jspecify.annotations.NullMarked;
