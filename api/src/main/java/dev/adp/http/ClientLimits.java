package dev.adp.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the clients of one port may take of a server whose requests are all short: connections, and
 * time. Several servers share the port and so the count.
 */
public final class ClientLimits {
  private final int connectionsMax;
  private final long headMs;
  private final long bodyMs;
  private final long idleMs;
  private final AtomicInteger connections = new AtomicInteger();

  /**
   * @param connectionsMax open at one moment; more are closed at once
   * @param headMs until the head of a request has arrived
   * @param bodyMs until its body has
   * @param idleMs without a byte in either direction; longer than any answer takes
   */
  public ClientLimits(int connectionsMax, long headMs, long bodyMs, long idleMs) {
    this.connectionsMax = connectionsMax;
    this.headMs = headMs;
    this.bodyMs = bodyMs;
    this.idleMs = idleMs;
  }

  /** Options of a server within these limits, which speaks one protocol. */
  public HttpServerOptions options(String host, int port) {
    return new HttpServerOptions()
        .setHost(host)
        .setPort(port)
        .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, idleMs))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setHttp2ClearTextEnabled(false);
  }

  /**
   * Receives a connection.
   *
   * @param options of its server
   */
  public void connected(HttpConnection connection, HttpServerOptions options) {
    connection.closeHandler(_ -> connections.decrementAndGet());
    if (connections.incrementAndGet() > connectionsMax) {
      RequestDecoder.abort(connection);
      return;
    }
    RequestDecoder.on(connection, options, headMs);
  }

  /** Gives a request's body its time; then 408, and the end of the connection. */
  public void received(Vertx vertx, HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    long timer = vertx.setTimer(bodyMs, _ -> giveUp(request));
    request.end().onComplete(_ -> vertx.cancelTimer(timer));
  }

  private static void giveUp(HttpServerRequest request) {
    if (request.isEnded()) {
      return;
    }
    if (request.response().headWritten()) { // Answered already, by whoever needed no body.
      RequestDecoder.abort(request.connection());
      return;
    }
    request
        .response()
        .setStatusCode(408)
        .putHeader("connection", "close")
        .end()
        .onComplete(_ -> RequestDecoder.abort(request.connection()));
  }
}
