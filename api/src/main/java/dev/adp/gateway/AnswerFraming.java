package dev.adp.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Optional;

/**
 * How the end of an upstream's answer is told, and how we tell the client.
 *
 * @param type the content type in lower case, or empty
 * @param bytes of the body, as far as the head promises a number that also holds for the client; -1
 *     otherwise
 */
record AnswerFraming(String type, long bytes) {
  static final AnswerFraming UNKNOWN = new AnswerFraming("", -1);

  /** Fails when an answer only announces the real one in a way that nobody has asked for. */
  static Future<HttpClientResponse> last(HttpClientResponse answer) {
    if (answer.statusCode() >= 200) {
      return Future.succeededFuture(answer);
    }
    UpstreamClient.breakOff(answer.request());
    return Future.failedFuture("an answer of status " + answer.statusCode());
  }

  /**
   * Reads the head of an answer.
   *
   * @param usageAdded whether an event may be taken out of a stream
   */
  static AnswerFraming of(HttpClientResponse answer, HttpMethod method, boolean usageAdded) {
    String type =
        Optional.ofNullable(answer.getHeader(HttpHeaders.CONTENT_TYPE))
            .orElse("")
            .toLowerCase(Locale.ROOT);
    String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean bodyless =
        method.equals(HttpMethod.HEAD) || answer.statusCode() == 204 || answer.statusCode() == 304;
    return new AnswerFraming(
        type,
        length != null && !bodyless && !(usageAdded && isEventStream(type))
            ? Long.parseLong(length)
            : -1);
  }

  boolean eventStream() {
    return isEventStream(type);
  }

  private static boolean isEventStream(String type) {
    return type.startsWith("text/event-stream")
        || type.startsWith("application/vnd.amazon.eventstream");
  }

  /** Whether so many bytes are all that were promised. */
  boolean isWhole(long seen) {
    return bytes >= 0 && seen >= bytes;
  }

  /**
   * Writes the client's head, and sends it where the first byte of the body may be minutes away.
   */
  void head(HttpClientResponse answer, HttpServerResponse response) {
    response.setStatusCode(answer.statusCode());
    if (answer.statusCode() != 304) { // Else Vert.x no longer knows it, and adds a length.
      response.setStatusMessage(answer.statusMessage());
    }
    ClientHeaders.answer(answer.statusCode(), answer.headers(), response.headers());
    String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean ofHead = answer.request().getMethod().equals(HttpMethod.HEAD);
    if (bytes >= 0 || (length != null && ofHead)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    } else if (answer.statusCode() != 204 && answer.statusCode() != 304) {
      response.setChunked(true);
    }
    if (eventStream()) {
      response.putHeader("x-accel-buffering", "no");
      sendHead(response);
    }
  }

  /** An answer without a body has no head that could go first. */
  private static void sendHead(HttpServerResponse response) {
    if (response.isChunked() || response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      var _ = response.writeHead();
    } else if (response.getStatusCode() != 204 && response.getStatusCode() != 304) {
      var _ = response.write(Buffer.buffer()); // HTTP/1.0 has no chunks.
    }
  }
}
