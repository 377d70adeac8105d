package dev.adp.gateway;

import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of spans, and of traces that begin with their time: conversations are named by them, and an
 * index that grows at its end alone is cheaper to keep than one that grows all over. The right half
 * of a trace's id is random, as the W3C's trace context asks for.
 */
final class TimeOrderedIds implements IdGenerator {
  private static final int RANDOM_BITS_BESIDE_TIME = 16;

  @Override
  public String generateTraceId() {
    return traceId(System.currentTimeMillis());
  }

  /**
   * @param millis since 1970
   */
  static String traceId(long millis) {
    var random = ThreadLocalRandom.current();
    long beside = random.nextLong(1L << RANDOM_BITS_BESIDE_TIME);
    return TraceId.fromLongs(millis << RANDOM_BITS_BESIDE_TIME | beside, random.nextLong());
  }

  @Override
  public String generateSpanId() {
    return IdGenerator.random().generateSpanId();
  }
}
