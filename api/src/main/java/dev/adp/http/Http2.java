package dev.adp.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.PriorKnowledge;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server that speaks HTTP/2 beside HTTP/1.1, and what a connection of it may take: what one
 * stream of HTTP/2 costs us, so many streams on one connection must not multiply.
 */
public final class Http2 {
  /** As many as Amazon's load balancers let one connection have. */
  static final int STREAMS_MAX = 128;

  /** What a client may send of a body that nobody reads. */
  private static final int STREAM_WINDOW_BYTES = 131_072;

  /**
   * Of all streams together. Less would let those whose bodies are not read yet stop the others:
   * Vert.x gives room back late for a body that had come whole before it was read.
   */
  private static final int CONNECTION_WINDOW_BYTES = STREAMS_MAX * STREAM_WINDOW_BYTES;

  /** A client that takes back more calls than this loses its connection. */
  private static final int RESETS_MAX = 200;

  private static final int RESETS_WINDOW_S = 30;

  private Http2() {}

  /**
   * Bounds what connections of HTTP/2 may take, and offers it to clients that come over TLS.
   *
   * @param headerBytesMax of one request
   */
  public static HttpServerOptions on(HttpServerOptions options, int headerBytesMax) {
    return options
        .setUseAlpn(options.isSsl())
        .setHttp2ClearTextEnabled(false) // See PriorKnowledge, which takes its place.
        .setInitialSettings(
            new Http2Settings()
                .setMaxConcurrentStreams(STREAMS_MAX)
                .setInitialWindowSize(STREAM_WINDOW_BYTES)
                .setMaxHeaderListSize(headerBytesMax))
        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS_MAX)
        .setHttp2RstFloodWindowDuration(RESETS_WINDOW_S)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
  }

  /**
   * Receives a new connection, whatever it speaks.
   *
   * @param options of its server, from {@link #on}
   * @param headMs until the head of a request of HTTP/1.1 has arrived, or the begin of HTTP/2
   */
  public static void connected(
      HttpServer server, HttpConnection connection, HttpServerOptions options, long headMs) {
    if (!(connection instanceof HttpServerConnection http)) {
      return;
    }
    if (netty(http).isPresent()) {
      bound(http, headMs);
    } else {
      RequestDecoder.on(http, options, headMs);
      PriorKnowledge.on(server, http, options, headMs, client -> bound(client, headMs));
    }
  }

  /**
   * Whoever never acknowledges our settings is bound by them all the same, and whoever begins must
   * go on.
   */
  private static void bound(HttpConnection connection, long headMs) {
    netty(connection)
        .ifPresent(
            http2 -> {
              http2.connection().remote().maxActiveStreams(STREAMS_MAX);
              ChannelHandlerContext ctx = context(connection);
              var _ =
                  ctx.executor()
                      .schedule(
                          () -> {
                            if (http2.connection().remote().lastStreamCreated() == 0) {
                              var _ = ctx.close();
                            }
                          },
                          headMs,
                          TimeUnit.MILLISECONDS);
            });
  }

  /**
   * Breaks off a request that is no call if its body does not end in time: many of them fit on one
   * connection, and nobody counts them.
   */
  public static void awaitBody(Vertx vertx, HttpServerRequest request, long ms) {
    if (request.version() != HttpVersion.HTTP_2 || !bodyFollows(request)) {
      return;
    }
    long timer =
        vertx.setTimer(
            ms,
            _ -> {
              if (!request.isEnded()) {
                BrokenOff.atOnce(request);
              }
            });
    request.response().closeHandler(_ -> vertx.cancelTimer(timer));
  }

  /**
   * Drops an answer that has ended for us if its client does not read it in time: many of them fit
   * on one connection, and nobody counts them any more. Call it as the answer ends.
   */
  public static void awaitReader(Vertx vertx, HttpServerRequest request, long ms) {
    if (request.version() != HttpVersion.HTTP_2) {
      return;
    }
    HttpConnection connection = request.connection();
    int stream = request.streamId();
    vertx.runOnContext(
        _ -> {
          if (isOpen(connection, stream)) { // Most are gone by now.
            vertx.setTimer(ms, _ -> drop(connection, stream));
          }
        });
  }

  private static boolean isOpen(HttpConnection connection, int stream) {
    return netty(connection).map(http2 -> http2.connection().stream(stream)).isPresent();
  }

  private static void drop(HttpConnection connection, int stream) {
    netty(connection)
        .filter(_ -> isOpen(connection, stream))
        .ifPresent(
            http2 -> {
              ChannelHandlerContext ctx = context(connection);
              var _ =
                  http2.resetStream(
                      ctx, stream, Http2Error.INTERNAL_ERROR.code(), ctx.newPromise());
              ctx.flush();
            });
  }

  /**
   * Resets a stream because of its upstream. Netty ends connections with many resets of ours, since
   * clients can provoke them; these they cannot.
   */
  static void reset(HttpServerRequest request) {
    HttpConnection connection = request.connection();
    ChannelHandlerContext ctx = context(connection);
    netty(connection)
        .ifPresent(
            http2 -> {
              Http2Stream stream = http2.connection().stream(request.streamId());
              if (stream != null && !stream.isResetSent()) {
                stream.resetSent();
                var _ =
                    http2
                        .encoder()
                        .frameWriter()
                        .writeRstStream(
                            ctx, stream.id(), Http2Error.INTERNAL_ERROR.code(), ctx.newPromise());
                http2.closeStream(stream, ctx.newSucceededFuture());
                ctx.flush();
              }
            });
  }

  /** Whether a body comes behind the head of a request of HTTP/2, which may not tell its length. */
  public static boolean bodyFollows(HttpServerRequest request) {
    return netty(request.connection())
        .map(http2 -> http2.connection().stream(request.streamId()))
        .map(Http2Stream::state)
        .filter(Http2Stream.State::remoteSideOpen)
        .isPresent();
  }

  private static ChannelHandlerContext context(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext();
  }

  private static Optional<Http2ConnectionHandler> netty(HttpConnection connection) {
    return connection instanceof HttpServerConnection http
            && http.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2
        ? Optional.of(http2)
        : Optional.empty();
  }
}
