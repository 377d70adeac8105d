/**
 * A server of gRPC for the one client that a plugin has: HTTP/2 (RFC 9113) and HPACK (RFC 7541) as
 * far as gRPC needs them, on sockets and threads. Made to start fast: a plan of Terraform starts it
 * three times and makes a few calls each.
 */
@NullMarked
package dev.adp.terraform.grpc;

import org.jspecify.annotations.NullMarked;
