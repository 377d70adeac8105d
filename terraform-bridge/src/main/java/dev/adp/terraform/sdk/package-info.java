/**
 * What a provider is made of, and the engine that validates, plans and applies for it as Terraform
 * expects: nothing here knows of gRPC or of a particular provider.
 */
@NullMarked
package dev.adp.terraform.sdk;

import org.jspecify.annotations.NullMarked;
