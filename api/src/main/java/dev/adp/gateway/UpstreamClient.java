package dev.adp.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.impl.HttpClientConnectionInternal;

/**
 * The one way out to upstreams, whoever calls: the credential is put on last, and what is connected
 * to is the address that was checked. For the sole use of one event loop.
 */
final class UpstreamClient {
  private static final int KEEP_ALIVE_S = 55; // Shorter than any upstream that we know.

  private final HttpClient client;
  private final UpstreamAddresses addresses;

  UpstreamClient(Vertx vertx, GatewaySettings settings, GatewayMetrics metrics) {
    this(client(vertx, settings, metrics), new UpstreamAddresses(vertx, settings.upstreams()));
  }

  /** Shares a client, not what it knows of addresses. */
  UpstreamClient(HttpClient client, UpstreamAddresses addresses) {
    this.client = client;
    this.addresses = addresses;
  }

  /** An HTTP client bounded by the settings, whose connections are counted. */
  static HttpClient client(Vertx vertx, GatewaySettings settings, GatewayMetrics metrics) {
    GatewayLimits limits = settings.limits();
    return vertx
        .httpClientBuilder()
        .with(
            new HttpClientOptions()
                .setConnectTimeout(limits.connectTimeoutMs())
                .setKeepAliveTimeout(KEEP_ALIVE_S)
                .setMaxHeaderSize(limits.headerBytesMax())
                .setDecompressionSupported(false)
                .setTcpNoDelay(true))
        .with(
            new PoolOptions()
                .setHttp1MaxSize(limits.upstreamConnectionsMax())
                .setMaxWaitQueueSize(limits.upstreamConnectionsMax()))
        .withConnectHandler(
            connection -> {
              UpstreamCodec.on(connection, limits.headerBytesMax());
              metrics.connected();
              connection.closeHandler(_ -> metrics.disconnected());
            })
        .build();
  }

  /**
   * Dials for a call.
   *
   * @param call complete but for its credential
   * @param body all of it, empty when it is passed on as it comes
   * @return fails when the credential cannot be had, the address is refused or nobody answers there
   */
  Future<HttpClientRequest> dial(RequestOptions call, Credential credential, Buffer body) {
    return credential
        .puts(call, body)
        .compose(_ -> addresses.find(call.getHost(), call.getPort()))
        .compose(address -> client.request(call.setServer(address)));
  }

  /**
   * Ends a call before its time, together with its connection: what is missing of it would else be
   * taken from the next call. And at once, since an orderly end waits for an upstream that does not
   * read.
   *
   * @param call whose answer has not ended: behind its end the connection may be another call's
   */
  static void breakOff(HttpClientRequest call) {
    var _ = call.connection().close(); // Out of the pool, or it might still be given away.
    var _ = context(call).close(); // Past Vert.x, which would wait.
  }

  static ChannelHandlerContext context(HttpClientRequest call) {
    return ((HttpClientConnectionInternal) call.connection()).channelHandlerContext();
  }
}
