package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the gateway costs, measured beside others in one run: no proxy at all, nginx with one
 * worker, and Portkey's gateway, all before the same upstream, in interleaved rounds. Run by {@code
 * ./adp bench}; it asserts nothing about time, since machines differ.
 */
class GatewayBench {
  /** Plain words: text that says the same again and again is compressed to next to nothing. */
  private static final String PROMPT =
      """
      A team of eleven keeps a shop for spare parts of bicycles, and its warehouse lies two \
      streets from the office. Last spring the shelves were sorted by maker, which pleased whoever \
      orders but nobody who packs: a parcel with a chain, two tyres and a bell meant a walk past \
      every wall. In June they moved what is bought together closer together, took the heavy \
      boxes from the top, and painted numbers on the floor. Errors fell from nine in a hundred \
      parcels to four, yet the evening van still leaves half empty on Mondays, while on Thursdays \
      some thirty orders wait for the next day. Shipping costs are fixed by contract until March. \
      Two people work part time, one of them only before noon, and the forklift is shared with a \
      neighbour. Summarise the situation in three sentences, then suggest what the team might try \
      first, what it should measure for a month, and how it would know that the change had failed. \
      """;

  private static final int ROUNDS = Integer.getInteger("adp.bench.rounds", 5);
  private static final int SECONDS = Integer.getInteger("adp.bench.seconds", 6);
  private static final int WARM_UP_SECONDS = Integer.getInteger("adp.bench.warmUpSeconds", 45);
  private static final int SOAK_MINUTES = Integer.getInteger("adp.bench.soakMinutes", 0);
  private static final int STREAMS = Integer.getInteger("adp.bench.streams", 2_000);

  private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

  @Test
  void run() throws Exception {
    try (var bed = new BenchBed()) {
      for (BenchBed.Subject subject : bed.subjects()) {
        var _ = Wrk.run(bed.directory(), subject, 32, WARM_UP_SECONDS);
      }
      for (int round = 1; round <= ROUNDS; round++) {
        System.out.printf("round %d of %d%n", round, ROUNDS);
        for (BenchBed.Subject subject : bed.subjects()) {
          measure(bed, subject);
        }
      }
      BenchLoad.Streams live = BenchLoad.concurrentStreams(bed.adp(), STREAMS);
      note("adp", BenchTable.STREAMS, live.whole());
      note("adp", BenchTable.MEMORY, bed.residentMib());
      soak(bed);
    }
    String table = new BenchTable(figures, ROUNDS, SECONDS).markdown();
    System.out.println(table);
    Path file = Program.ROOT.resolve("docs/benchmarks/latest.md");
    Files.createDirectories(file.getParent());
    Files.writeString(file, table);
  }

  private void measure(BenchBed bed, BenchBed.Subject subject) throws Exception {
    long start = System.nanoTime();
    Wrk busy = Wrk.run(bed.directory(), subject, 32, SECONDS);
    note(subject.name(), BenchTable.THROUGHPUT, busy.requestsPerSecond());
    if (subject.equals(bed.adp())) {
      bed.settle();
      double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3;
      note("adp", BenchTable.STORED, busy.requestsPerSecond() * SECONDS / seconds);
    }
    note(subject.name(), BenchTable.ALONE_P50, Wrk.run(bed.directory(), subject, 1, 3).p50Micros());
    BenchLoad.Paced paced = BenchLoad.paced(subject, 1_000, SECONDS);
    note(subject.name(), BenchTable.PACED_P50, paced.p50());
    note(subject.name(), BenchTable.PACED_P99, paced.p99());
    BenchLoad.Paced firstToken = BenchLoad.firstTokens(subject, 100, SECONDS);
    note(subject.name(), BenchTable.FIRST_TOKEN_P50, firstToken.p50());
    note(subject.name(), BenchTable.FIRST_TOKEN_P99, firstToken.p99());
    note(subject.name(), BenchTable.LARGE_BODY, BenchLoad.largeBody(subject, 10 << 20, 8));
  }

  private void soak(BenchBed bed) throws IOException, InterruptedException {
    for (int minute = 1; minute <= SOAK_MINUTES; minute++) {
      var _ = Wrk.run(bed.directory(), bed.adp(), 32, 60);
      note("adp", BenchTable.MEMORY, bed.residentMib());
      System.out.printf("soak, minute %d: %.0f MiB%n", minute, bed.residentMib());
    }
  }

  private void note(String subject, String what, double value) {
    figures
        .computeIfAbsent(what, _ -> new LinkedHashMap<>())
        .computeIfAbsent(subject, _ -> new ArrayList<>())
        .add(value);
  }

  /** The body of every plain call: small, as most are. */
  static String body(boolean stream) {
    var body =
        new JsonObject()
            .put("model", BenchUpstream.MODEL)
            .put("messages", List.of(new JsonObject().put("role", "user").put("content", PROMPT)));
    return (stream ? body.put("stream", true) : body).encode();
  }

  static URI chat(String base) {
    return URI.create(base + "/chat/completions");
  }
}
