package dev.adp.gateway;

import dev.adp.http.BrokenOff;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The client of an exchange: what it gets of the answer, and how that ends for it. */
final class Recipient {
  private static final int WITHHELD_BYTES_MAX = 1 << 20;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private Buffer withheld = Buffer.buffer();
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

  /**
   * Keeps a piece that the client may not see yet.
   *
   * @param from is held back once that is much
   */
  void withhold(Buffer out, Intake from) {
    withheld.appendBuffer(out);
    if (withheld.length() > WITHHELD_BYTES_MAX) {
      from.holdBack();
    }
  }

  /** Passes on what was withheld, as {@link #write} does. */
  void release(Intake from, Runnable taken) {
    Buffer out = withheld;
    withheld = Buffer.buffer();
    taken.run();
    from.goOn();
    write(out, from, taken);
  }

  /** Ends an answer that is whole, with what was withheld. */
  void end() {
    if (!gone && !response.ended()) {
      var _ = withheld.length() > 0 ? response.end(withheld) : response.end();
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
