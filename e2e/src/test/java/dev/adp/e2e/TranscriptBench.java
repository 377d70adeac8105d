package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
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

  /** Of each round, unmeasured: what a toggle makes the JVM compile anew is none of its cost. */
  private static final int TURN_SECONDS = Integer.getInteger("adp.bench.turnSeconds", 4);

  private static final int LARGE_BODIES = 100;
  private static final int LARGE_BYTES = 1 << 20;

  /**
   * One round.
   *
   * @param cpu of whatever works for it, in microseconds a call
   */
  private record Round(double callsPerSecond, Map<String, Double> cpu) {}

  @Test
  void run() throws Exception {
    List<Round> off = new ArrayList<>();
    List<Round> on = new ArrayList<>();
    List<Double> memory = new ArrayList<>();
    var lost = new JsonObject();
    try (var bed = new BenchBed()) {
      bed.record(true);
      var _ = Wrk.run(bed.directory(), bed.adp(), 32, WARM_UP_SECONDS);
      for (int round = 1; round <= ROUNDS; round++) {
        bed.record(false);
        off.add(round(bed));
        bed.record(true);
        on.add(round(bed));
      }
      for (int round = 1; round <= ROUNDS; round++) {
        var _ = BenchLoad.largeBody(bed.adp(), LARGE_BYTES, LARGE_BODIES);
        memory.add(bed.residentMib());
      }
      for (String metric :
          List.of(
              "adp_transcript_turns_total",
              "adp_transcript_bodies_lost_total",
              "adp_transcript_calls_missed_total",
              "adp_transcript_dropped_messages_total",
              "adp_transcript_dropped_turns_total")) {
        lost.put(metric, bed.metric(metric));
      }
    }
    System.out.println(
        new JsonObject()
            .put("calls_per_second_off", off.stream().map(Round::callsPerSecond).toList())
            .put("calls_per_second_on", on.stream().map(Round::callsPerSecond).toList())
            .put("ratio", rate(on) / rate(off))
            .put("cpu_micros_a_call_off", cpu(off))
            .put("cpu_micros_a_call_on", cpu(on))
            .put("resident_mib_after_large_bodies", memory)
            .put("metrics", lost)
            .encodePrettily());
  }

  /** What a round leaves to be stored belongs to it, not to the next one. */
  private static Round round(BenchBed bed) throws Exception {
    var _ = Wrk.run(bed.directory(), bed.adp(), 32, TURN_SECONDS);
    bed.settle();
    Map<String, Double> before = seconds(bed);
    Wrk wrk = Wrk.run(bed.directory(), bed.adp(), 32, SECONDS);
    bed.settle();
    Map<String, Double> cpu = new TreeMap<>();
    seconds(bed)
        .forEach(
            (name, seconds) -> {
              double spent = (seconds - before.getOrDefault(name, 0.0)) * 1e6;
              double micros = spent / (wrk.requestsPerSecond() * SECONDS);
              if (micros >= 1) {
                cpu.put(name, Math.rint(micros));
              }
            });
    return new Round(wrk.requestsPerSecond(), cpu);
  }

  /** Processor time of the database, of the gateway and of the gateway's threads by their names. */
  private static Map<String, Double> seconds(BenchBed bed) throws IOException {
    Map<String, Double> seconds = new TreeMap<>();
    var server = ProcessHandle.of(bed.databasePid()).orElseThrow();
    Stream.concat(Stream.of(server), server.descendants())
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .forEach(cpu -> seconds.merge("database", cpu.toNanos() / 1e9, Double::sum));
    try (var threads = Files.list(Path.of("/proc/%d/task".formatted(bed.gatewayPid())))) {
      for (Path thread : threads.toList()) {
        String stat = Files.readString(thread.resolve("stat"));
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
        seconds.merge("gateway", ticks / 100, Double::sum);
        seconds.merge("gateway: " + name, ticks / 100, Double::sum);
      }
    }
    return seconds;
  }

  private static double rate(List<Round> rounds) {
    return rounds.stream().map(Round::callsPerSecond).sorted().toList().get(rounds.size() / 2);
  }

  /** Of the round in the middle. */
  private static JsonObject cpu(List<Round> rounds) {
    var middle = new JsonObject();
    rounds.stream()
        .sorted(Comparator.comparingDouble(Round::callsPerSecond))
        .toList()
        .get(rounds.size() / 2)
        .cpu()
        .forEach(middle::put);
    return middle;
  }
}
