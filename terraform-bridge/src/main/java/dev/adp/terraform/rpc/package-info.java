/**
 * Protocol version 6: what Terraform asks and what it is answered, by the field numbers of the
 * protocol's messages.
 */
@NullMarked
package dev.adp.terraform.rpc;

import org.jspecify.annotations.NullMarked;
