/** The process that Terraform starts: handshake, mutual TLS, gRPC services, log, end. */
@NullMarked
package dev.adp.terraform.plugin;

import org.jspecify.annotations.NullMarked;
