package dev.adp.gateway;

import dev.adp.domain.Records;
import dev.adp.gateway.speech.MessageLimits;
import java.util.Map;

/** Limits that tests can reach. */
record Limits(GatewayLimits limits, TranscriptLimits transcripts) {
  static Limits usual() {
    return new Limits(GatewayLimits.DEFAULT, TranscriptLimits.DEFAULT);
  }

  Limits heldBytes(long ofOne, long ofAll) {
    return with("heldBodyBytesMax", ofOne).with("heldBodiesBytesMax", ofAll);
  }

  Limits streamedBytes(long max) {
    return with("streamedBodyBytesMax", max);
  }

  Limits calls(int max) {
    return with("callsMax", max);
  }

  Limits providerCalls(int max) {
    return with("providerCallsMax", max);
  }

  Limits connections(int max) {
    return with("upstreamConnectionsMax", max);
  }

  Limits idle(long ms) {
    return with("idleTimeoutMs", ms);
  }

  Limits call(long ms) {
    return with("callTimeoutMs", ms);
  }

  Limits clientHeader(long ms) {
    return with("clientHeaderTimeoutMs", ms);
  }

  Limits clientBody(long ms) {
    return with("clientBodyTimeoutMs", ms);
  }

  Limits abandonedRead(long ms) {
    return with("abandonedReadMs", ms);
  }

  Limits transcripts(int messageBytesMax, int callBytesMax, long heldBytesMax) {
    return new Limits(
        limits,
        new TranscriptLimits(new MessageLimits(messageBytesMax, callBytesMax), heldBytesMax));
  }

  private Limits with(String name, Object value) {
    return new Limits(Records.with(limits, Map.of(name, value)), transcripts);
  }
}
