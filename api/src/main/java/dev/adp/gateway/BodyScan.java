package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;

/** Looks for a few things in a request body while it arrives. */
sealed interface BodyScan permits JsonMembers, FormParts {
  /** Takes the next piece. */
  void accept(Buffer piece);
}
