package dev.adp.gateway;

import dev.adp.http.BrokenOff;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The client of an exchange: what it gets of the answer, and how that ends for it. */
final class Recipient {
  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private boolean gone;

  /**
   * @param leaves runs once, if the client leaves before its answer has ended
   */
  Recipient(Vertx vertx, HttpServerRequest request, Runnable leaves) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    response.exceptionHandler(_ -> left(leaves));
    response.closeHandler(_ -> left(leaves));
  }

  private void left(Runnable leaves) {
    if (!gone && !response.ended()) {
      gone = true;
      leaves.run();
    }
  }

  boolean isGone() {
    return gone;
  }

  boolean hasHead() {
    return response.headWritten();
  }

  void head(AnswerFraming framing, HttpClientResponse answer) {
    if (!gone) {
      framing.head(answer, response);
    }
  }

  /**
   * Passes a piece on.
   *
   * @param from is held back while the client does not take it
   * @param taken runs when it has gone on again
   */
  void write(Buffer out, Intake from, Runnable taken) {
    if (gone || out.length() == 0) {
      return;
    }
    var _ = response.write(out);
    if (response.writeQueueFull()) {
      from.holdBack();
      response.drainHandler(
          _ -> {
            taken.run();
            from.goOn();
          });
    }
  }

  /** Ends an answer that is whole. */
  void end(Buffer last) {
    if (!gone && !response.ended()) {
      var _ = last.length() > 0 ? response.end(last) : response.end();
    }
  }

  /** Ends a broken answer so that the client sees that it is broken. */
  void cutOff() {
    if (!gone && !response.ended()) {
      BrokenOff.afterWhatIsWritten(vertx, request);
    }
  }

  void refuse(Refusal refusal, ErrorShape shape) {
    refusal.send(response, shape);
  }
}
