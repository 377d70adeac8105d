package dev.adp.gateway;

import dev.adp.http.BrokenOff;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/**
 * A request body that is passed on as it arrives, no faster than the upstream takes it; nothing of
 * it is kept.
 *
 * @param form what reads the body by the way
 */
record PassedBody(Vertx vertx, HttpServerRequest body, Optional<FormParts> form, long bytesMax) {
  private static final long LINGER_MS = 5_000;

  /**
   * Passes the body on. One that breaks off is not ended: half of it must not pass for all of it.
   *
   * @param record is told of each piece
   * @param tooLarge runs when the body turns out to be larger than the limit; no more is passed on
   */
  void to(HttpClientRequest client, CallRecord record, Runnable tooLarge) {
    String length = body.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      client.setChunked(true);
    } else {
      client.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    }
    record.passesBody(true);
    body.exceptionHandler(_ -> {});
    body.handler(
        piece -> {
          if (record.requestBytes(piece) > bytesMax) {
            readIntoNothing(vertx, body);
            tooLarge.run();
            return;
          }
          form.ifPresent(parts -> parts.accept(piece));
          var _ = client.write(piece);
          if (client.writeQueueFull()) {
            body.pause();
            client.drainHandler(
                _ -> {
                  record.moved();
                  if (!body.isEnded()) { // Nor taken back, which HTTP/2 calls an end, too.
                    body.resume();
                  }
                });
          }
        });
    body.endHandler(
        _ -> {
          record.passesBody(false);
          var _ = client.end();
        });
    body.resume();
  }

  /**
   * So that a client that is still sending gets to see its answer; but not for long: it might send
   * for ever.
   */
  static void readIntoNothing(Vertx vertx, HttpServerRequest body) {
    if (body.isEnded()) {
      return;
    }
    body.handler(_ -> {}).endHandler(_ -> {}).resume();
    linger(vertx, body);
  }

  /** An answer may end later: it goes on, or its record takes its time. */
  private static void linger(Vertx vertx, HttpServerRequest body) {
    vertx.setTimer(
        LINGER_MS,
        _ -> {
          if (body.isEnded()) {
            return;
          }
          if (body.response().ended()) {
            BrokenOff.body(vertx, body);
          } else if (!body.response().closed()) {
            linger(vertx, body);
          }
        });
  }
}
