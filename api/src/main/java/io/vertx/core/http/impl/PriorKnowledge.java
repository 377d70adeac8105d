package io.vertx.core.http.impl;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.VertxHandler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Tells by its first bytes whether a connection speaks HTTP/2, and makes it do so; else leaves it
 * as it is.
 *
 * <p>Vert.x has a setting for this, but with it HTTP/1.1 begins with a decoder and an upgrade to
 * HTTP/2 that nobody can reach before the first head is read. This class stands in Vert.x' package
 * since what makes a connection of HTTP/2 is not public.
 */
@NullMarked
public final class PriorKnowledge extends Http1xOrH2CHandler {
  private final HttpServerConnectionInitializer initializer;
  private final long settingsMs;
  private @Nullable Future<?> deadline;

  private PriorKnowledge(
      HttpServer server,
      HttpServerConnection connection,
      HttpServerOptions options,
      long settingsMs,
      Handler<HttpConnection> connected) {
    this.settingsMs = settingsMs;
    ContextInternal context = connection.context();
    initializer =
        new HttpServerConnectionInitializer(
            context,
            context.threadingModel(),
            context::duplicate,
            (HttpServerImpl) server,
            context.owner(),
            options,
            (options.isSsl() ? "https://" : "http://")
                + options.getHost()
                + ":"
                + options.getPort(),
            http2 -> {
              if (deadline != null) {
                deadline.cancel(false);
              }
              http2.handler(server.requestHandler());
              connected.handle(http2);
            },
            _ -> {},
            null);
  }

  /**
   * Looks at what a new connection sends first.
   *
   * @param connection set up for HTTP/1.1, with nothing read yet
   * @param options of its server
   * @param settingsMs until a connection of HTTP/2 has said what it begins with
   * @param connected receives the connection anew when it speaks HTTP/2
   */
  public static void on(
      HttpServer server,
      HttpServerConnection connection,
      HttpServerOptions options,
      long settingsMs,
      Handler<HttpConnection> connected) {
    connection
        .channelHandlerContext()
        .pipeline()
        .addBefore(
            "httpDecoder",
            "priorKnowledge",
            new PriorKnowledge(server, connection, options, settingsMs, connected));
  }

  @Override
  protected void configure(ChannelHandlerContext ctx, boolean http2) {
    if (!http2) {
      return;
    }
    Channel channel = ctx.channel();
    Future<?> closing =
        ctx.executor()
            .schedule(
                () -> {
                  var _ = channel.close();
                },
                settingsMs,
                TimeUnit.MILLISECONDS);
    deadline = closing;
    channel.closeFuture().addListener(_ -> closing.cancel(false));
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove("httpDecoder");
    pipeline.remove("httpEncoder");
    pipeline.replace(VertxHandler.class, "handler", initializer.buildHttp2ConnectionHandler());
  }
}
