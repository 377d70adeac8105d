package dev.adp.http;

import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/**
 * Ends one call before its time so that its client sees it: HTTP/1.1 can only end the connection,
 * HTTP/2 ends the one stream and leaves the others of its connection alone.
 */
public final class BrokenOff {
  private static final long FLUSH_MS = 5_000;

  private BrokenOff() {}

  /** Breaks an answer off, behind what has been written of it. */
  public static void afterWhatIsWritten(Vertx vertx, HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      close(vertx, request.connection());
      return;
    }
    HttpServerResponse response = request.response();
    if (!response.headWritten()) {
      Http2.reset(request);
      return;
    }
    response // A reset overtakes data.
        .write(Buffer.buffer())
        .onComplete(_ -> Http2.reset(request));
    vertx.setTimer(FLUSH_MS, _ -> reset(response)); // Its client may not read.
  }

  /** Breaks an answer off with all that is still to be written of it. */
  public static void atOnce(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      reset(request.response());
    } else {
      RequestDecoder.abort(request.connection());
    }
  }

  /** Takes no more of the body of a request that has got its whole answer. */
  public static void body(Vertx vertx, HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      var _ = request.response().reset(Http2Error.NO_ERROR.code());
    } else {
      close(vertx, request.connection());
    }
  }

  private static void close(Vertx vertx, HttpConnection connection) {
    var _ = connection.close();
    vertx.setTimer(FLUSH_MS, _ -> RequestDecoder.abort(connection)); // Its client may not read.
  }

  /** Clients take no error, and some take a mere cancellation, for the end of the answer. */
  private static void reset(HttpServerResponse response) {
    if (!response.closed()) {
      var _ = response.reset(Http2Error.INTERNAL_ERROR.code());
    }
  }
}
