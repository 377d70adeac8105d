package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What it costs a gateway to record: the same calls through the same provider with both toggles on
 * and off, in interleaved rounds, and then bodies of a megabyte while its memory is looked at. Run
 * by {@code ./adp bench transcripts}; it asserts nothing about time, since machines differ.
 */
class TranscriptBench {
  private static final int ROUNDS = Integer.getInteger("adp.bench.rounds", 5);
  private static final int SECONDS = Integer.getInteger("adp.bench.seconds", 6);
  private static final int WARM_UP_SECONDS = Integer.getInteger("adp.bench.warmUpSeconds", 45);
  private static final int LARGE_BODIES = 100;
  private static final int LARGE_BYTES = 1 << 20;

  @Test
  void run() throws Exception {
    List<Double> off = new ArrayList<>();
    List<Double> on = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    try (var bed = new BenchBed()) {
      bed.record(true);
      var _ = Wrk.run(bed.directory(), bed.adp(), 32, WARM_UP_SECONDS);
      for (int round = 1; round <= ROUNDS; round++) {
        bed.record(false);
        off.add(Wrk.run(bed.directory(), bed.adp(), 32, SECONDS).requestsPerSecond());
        bed.record(true);
        on.add(Wrk.run(bed.directory(), bed.adp(), 32, SECONDS).requestsPerSecond());
      }
      for (int round = 1; round <= ROUNDS; round++) {
        var _ = BenchLoad.largeBody(bed.adp(), LARGE_BYTES, LARGE_BODIES);
        memory.add(bed.residentMib());
      }
    }
    System.out.println(
        new JsonObject()
            .put("calls_per_second_off", off)
            .put("calls_per_second_on", on)
            .put("ratio", median(on) / median(off))
            .put("resident_mib_after_large_bodies", memory)
            .encodePrettily());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
