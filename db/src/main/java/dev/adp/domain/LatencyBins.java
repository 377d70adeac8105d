package dev.adp.domain;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Counts of calls by how long they took. Bin k holds those of 2^(k/4) up to 2^((k+1)/4) half
 * milliseconds, up to some seven minutes: a value that is read from it is off by less than nine per
 * cent. The first and the last bin hold all that is shorter and longer.
 */
public final class LatencyBins {
  /** How many there are. */
  public static final int BINS = 80;

  private static final double BINS_PER_DOUBLING = 4;
  private static final double FIRST_MICROS = 500;
  private static final double MEDIAN = 0.5;
  private static final double TAIL = 0.95;

  /** The least whole microseconds of each bin but the first. */
  private static final long[] LEAST =
      IntStream.range(1, BINS)
          .mapToLong(bin -> (long) Math.ceil(FIRST_MICROS * Math.pow(2, bin / BINS_PER_DOUBLING)))
          .toArray();

  private final TreeMap<Integer, Long> bins = new TreeMap<>();

  /**
   * Some percentiles.
   *
   * @param calls how many were measured
   */
  public record Timing(long calls, long p50Micros, long p95Micros) {}

  /** The bin of a call that took so long. */
  public static int bin(long micros) {
    int found = Arrays.binarySearch(LEAST, micros);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Adds calls to a bin. */
  public void add(int bin, long calls) {
    if (calls > 0) {
      bins.merge(bin, calls, Long::sum);
    }
  }

  /** What the bins tell; nothing when they are empty. */
  public Optional<Timing> timing() {
    long calls = bins.values().stream().mapToLong(Long::longValue).sum();
    return calls == 0
        ? Optional.empty()
        : Optional.of(new Timing(calls, percentile(calls, MEDIAN), percentile(calls, TAIL)));
  }

  private long percentile(long calls, double share) {
    long rank = Math.max(1, (long) Math.ceil(share * calls));
    long seen = 0;
    for (Map.Entry<Integer, Long> bin : bins.entrySet()) {
      seen += bin.getValue();
      if (seen >= rank) {
        return middle(bin.getKey());
      }
    }
    return middle(bins.lastKey());
  }

  /** The value that is off by the same share at both ends of the bin. */
  private static long middle(int bin) {
    double low = Math.pow(2, bin / BINS_PER_DOUBLING);
    double high = Math.pow(2, (bin + 1) / BINS_PER_DOUBLING);
    return Math.round(2 * low * high / (low + high) * FIRST_MICROS);
  }
}
