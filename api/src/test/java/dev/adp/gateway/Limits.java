package dev.adp.gateway;

/** Limits that tests can reach. */
final class Limits {
  private long heldOfOne = GatewayLimits.DEFAULT.heldBodyBytesMax();
  private long heldOfAll = GatewayLimits.DEFAULT.heldBodiesBytesMax();
  private long streamed = GatewayLimits.DEFAULT.streamedBodyBytesMax();
  private int calls = GatewayLimits.DEFAULT.callsMax();
  private int providerCalls = GatewayLimits.DEFAULT.providerCallsMax();
  private int connections = GatewayLimits.DEFAULT.upstreamConnectionsMax();
  private long idleMs = GatewayLimits.DEFAULT.idleTimeoutMs();
  private long callMs = GatewayLimits.DEFAULT.callTimeoutMs();
  private long clientHeaderMs = GatewayLimits.DEFAULT.clientHeaderTimeoutMs();
  private long clientBodyMs = GatewayLimits.DEFAULT.clientBodyTimeoutMs();
  private long abandonedReadMs = GatewayLimits.DEFAULT.abandonedReadMs();

  static Limits usual() {
    return new Limits();
  }

  Limits heldBytes(long ofOne, long ofAll) {
    heldOfOne = ofOne;
    heldOfAll = ofAll;
    return this;
  }

  Limits streamedBytes(long max) {
    streamed = max;
    return this;
  }

  Limits calls(int max) {
    calls = max;
    return this;
  }

  Limits providerCalls(int max) {
    providerCalls = max;
    return this;
  }

  Limits connections(int max) {
    connections = max;
    return this;
  }

  Limits idle(long ms) {
    idleMs = ms;
    return this;
  }

  Limits call(long ms) {
    callMs = ms;
    return this;
  }

  Limits clientHeader(long ms) {
    clientHeaderMs = ms;
    return this;
  }

  Limits clientBody(long ms) {
    clientBodyMs = ms;
    return this;
  }

  Limits abandonedRead(long ms) {
    abandonedReadMs = ms;
    return this;
  }

  GatewayLimits limits() {
    GatewayLimits usual = GatewayLimits.DEFAULT;
    return new GatewayLimits(
        heldOfOne,
        heldOfAll,
        streamed,
        usual.headerBytesMax(),
        usual.uriBytesMax(),
        calls,
        providerCalls,
        connections,
        usual.connectTimeoutMs(),
        idleMs,
        callMs,
        clientHeaderMs,
        clientBodyMs,
        abandonedReadMs,
        usual.shutdownMs());
  }
}
