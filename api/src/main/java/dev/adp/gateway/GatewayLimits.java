package dev.adp.gateway;

/**
 * What the gateway bounds: sizes in bytes, times in milliseconds.
 *
 * @param heldBodyBytesMax largest JSON body of one call
 * @param heldBodiesBytesMax all JSON bodies held at one moment
 * @param streamedBodyBytesMax largest body that is passed on as it comes
 * @param headerBytesMax all headers of one request or answer
 * @param uriBytesMax the request line
 * @param callsMax calls under way at one moment; more are refused
 * @param providerCallsMax those of them that may be one provider's
 * @param upstreamConnectionsMax connections to one upstream, per event loop
 * @param connectTimeoutMs until an upstream has accepted a connection
 * @param idleTimeoutMs silence of an upstream before it counts as dead
 * @param callTimeoutMs from the head of a call to the end of its answer, however lively it is
 * @param clientHeaderTimeoutMs until the head of a request has arrived
 * @param clientBodyTimeoutMs until a body that is held has arrived
 * @param abandonedReadMs how long an answer is read on for its usage when its client has left
 * @param shutdownMs how long calls under way may take to end when the gateway stops
 */
public record GatewayLimits(
    long heldBodyBytesMax,
    long heldBodiesBytesMax,
    long streamedBodyBytesMax,
    int headerBytesMax,
    int uriBytesMax,
    int callsMax,
    int providerCallsMax,
    int upstreamConnectionsMax,
    int connectTimeoutMs,
    long idleTimeoutMs,
    long callTimeoutMs,
    long clientHeaderTimeoutMs,
    long clientBodyTimeoutMs,
    long abandonedReadMs,
    long shutdownMs) {

  /** What the documentation of the settings says. */
  public static final GatewayLimits DEFAULT =
      new GatewayLimits(
          32L << 20,
          128L << 20,
          512L << 20,
          65_536,
          16_384,
          10_000,
          5_000,
          2_048,
          10_000,
          600_000,
          3_600_000,
          30_000,
          120_000,
          60_000,
          30_000);
}
