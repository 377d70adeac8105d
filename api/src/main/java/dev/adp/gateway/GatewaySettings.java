package dev.adp.gateway;

import dev.adp.domain.UpstreamCheck;

/**
 * How the gateway listens and what it bounds.
 *
 * @param host address to listen on
 * @param port 0 chooses a free one
 * @param upstreams which addresses may be connected to
 * @param heldBodyBytesMax largest JSON body of one call
 * @param heldBodiesBytesMax all JSON bodies held at one moment
 * @param upstreamConnectionsMax connections to one upstream, per event loop
 * @param connectTimeoutMs until an upstream has accepted a connection
 * @param idleTimeoutMs silence of an upstream before it counts as dead
 * @param abandonedReadMs how long an answer is read on for its usage when its client has left
 * @param shutdownMs how long calls under way may take to end when the gateway stops
 */
public record GatewaySettings(
    String host,
    int port,
    UpstreamCheck upstreams,
    long heldBodyBytesMax,
    long heldBodiesBytesMax,
    int upstreamConnectionsMax,
    int connectTimeoutMs,
    long idleTimeoutMs,
    long abandonedReadMs,
    long shutdownMs) {

  /** Silence on a client's connection; longer than an upstream's, which is answered with 504. */
  int clientIdleTimeoutMs() {
    return (int) Math.min(Integer.MAX_VALUE, idleTimeoutMs + 30_000);
  }

  public static GatewaySettings of(String host, int port, UpstreamCheck upstreams) {
    return new GatewaySettings(
        host, port, upstreams, 32L << 20, 128L << 20, 2_048, 10_000, 600_000, 60_000, 30_000);
  }
}
