package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;

/** Watches an answer go by and learns from it what the call has used. It never throws. */
interface ResponseMeter {
  /**
   * Takes the next piece.
   *
   * @return what the client shall get of it now
   */
  Buffer accept(Buffer piece);

  /** What is left for the client when the upstream has ended. */
  Buffer end();

  /** Whether the client has, with what was returned so far, the whole answer in its eyes. */
  boolean complete();

  Reported reported();
}
