package dev.adp.http;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How long things took, counted in buckets from milliseconds to ten minutes. */
public final class Histogram {
  private static final long[] BOUNDS_MICROS = {
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
    600_000_000
  };
  private static final double MICROS = 1_000_000;

  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_MICROS.length + 1);
  private final LongAdder sumMicros = new LongAdder();

  public void observe(long micros) {
    int found = Arrays.binarySearch(BOUNDS_MICROS, micros);
    counts.incrementAndGet(found >= 0 ? found : -found - 1);
    sumMicros.add(micros);
  }

  /**
   * Writes its samples.
   *
   * @param labels names and values in turn
   */
  public void write(MetricsText text, String name, String... labels) {
    long below = 0;
    for (int i = 0; i < BOUNDS_MICROS.length; i++) {
      below += counts.get(i);
      text.sample(name + "_bucket", below, with(labels, "" + BOUNDS_MICROS[i] / MICROS));
    }
    below += counts.get(BOUNDS_MICROS.length);
    text.sample(name + "_bucket", below, with(labels, "+Inf"));
    text.sample(name + "_sum", sumMicros.sum() / MICROS, labels);
    text.sample(name + "_count", below, labels);
  }

  private static String[] with(String[] labels, String bound) {
    return Stream.concat(Arrays.stream(labels), Stream.of("le", bound)).toArray(String[]::new);
  }
}
