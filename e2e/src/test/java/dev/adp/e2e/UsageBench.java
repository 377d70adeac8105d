package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import dev.adp.store.UsageRebuild;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How long the pages and the API of costs take over ten million calls of ninety days, and how many
 * records a second the drain stores. It loads raw records, lets the product sum them up, and then
 * measures whole exchanges as a client on the same machine sees them, one at a time. Run by {@code
 * ./adp bench usage}, it writes {@code docs/benchmarks/usage.md}; it asserts nothing about time,
 * since machines differ.
 */
class UsageBench {
  private static final int RECORDS = Integer.getInteger("adp.bench.usage.records", 10_000_000);
  private static final int INGESTED = Integer.getInteger("adp.bench.usage.ingested", 400_000);
  private static final int WARM_UP = Integer.getInteger("adp.bench.usage.warmUp", 5);
  private static final int CALLS = Integer.getInteger("adp.bench.usage.calls", 20);
  private static final List<String> RANGES = List.of("24h", "7d", "30d", "90d", "year");
  private static final double MILLION = 1e6;

  private final StringBuilder figures = new StringBuilder();

  @Test
  void run() throws Exception {
    try (var bench = BenchProgram.start("adp-usage-bench")) {
      Program program = bench.program();
      Directory directory = bench.directory();
      var load = new UsageLoad(program.rest(), directory, bench.databaseUrl(), bench.folder());
      load.providers();
      long start = System.nanoTime();
      load.records(RECORDS);
      say("load: %,d records by COPY in %d s%n".formatted(RECORDS, seconds(start)));
      long summing = System.nanoTime();
      for (LocalDate day = load.first(); !day.isAfter(load.last()); day = day.plusDays(1)) {
        new UsageRebuild(directory.database()).day(day);
      }
      say(
          "sums: %d days summed up from their records in %d s%n"
              .formatted(load.days(), seconds(summing)));
      load.vacuum();
      say("%s%n".formatted(load.sizes()));
      String _ = load.ingest(INGESTED / 4); // To warm up.
      say("%s%n".formatted(load.ingest(INGESTED)));
      pages(program, bench.resources());
    }
    write();
  }

  private void say(String line) {
    System.out.print(line);
    figures.append(line);
  }

  private static long seconds(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toSeconds();
  }

  /** A view of costs, as page, as series and as download. */
  private record View(String range, String name, String page, String api) {}

  private static List<View> views() {
    var views = new ArrayList<View>();
    Instant now = Instant.now().plus(Duration.ofHours(3)); // Is not over before the run is.
    for (String range : RANGES) {
      Instant from =
          switch (range) {
            case "24h" -> now.minus(Duration.ofHours(24));
            case "7d" -> now.minus(Duration.ofDays(7));
            case "30d" -> now.minus(Duration.ofDays(30));
            case "90d" -> now.minus(Duration.ofDays(90));
            default -> LocalDate.ofInstant(now, UTC).withDayOfYear(1).atStartOfDay().toInstant(UTC);
          };
      for (String by : List.of("provider", "model", "user", "agent", "token_type")) {
        views.add(view(range, ", by " + by, "group_by=" + by, from, now));
      }
      for (String filter :
          List.of(
              "provider=bench-1",
              "model=openai-2",
              "user=user-7",
              "agent=agents/a3",
              "agent=",
              "provider=bench-1&user=user-1",
              "model=openai-2&agent=agents/a3",
              "token_type=output&cost_type=output")) {
        views.add(view(range, ", " + filter, filter, from, now));
      }
    }
    // Of a range that ends with a month there are fewest sums, of one that ends within more.
    Instant within =
        Instant.now()
            .truncatedTo(ChronoUnit.DAYS)
            .atOffset(UTC)
            .minusDays(15)
            .withDayOfMonth(15)
            .toInstant();
    for (int days : List.of(30, 90)) {
      for (String by : List.of("provider", "user")) {
        Instant from = within.minus(Duration.ofDays(days));
        views.add(
            new View(
                days + "d to a 15th",
                days + "d to a 15th, by " + by,
                "/cost?customStart=%s&customEnd=%s&group_by=%s&tz=Europe/Berlin"
                    .formatted(from, within, by),
                "/v1/spending/timeseries?tz=Europe/Berlin&limit=20&start=%s&end=%s&group_by=%s"
                    .formatted(from, within, by)));
      }
    }
    return views;
  }

  private static View view(String range, String name, String query, Instant from, Instant to) {
    return new View(
        range,
        range + name,
        "/cost?range=" + range + "&" + query + "&tz=Europe/Berlin",
        "/v1/spending/timeseries?tz=Europe/Berlin&limit=20&start="
            + from
            + "&end="
            + to
            + "&"
            + (query.contains("group_by") ? query : "group_by=provider&" + query));
  }

  private void pages(Program program, Sweep.Resources resources) {
    String session = Sweep.signedIn(resources, "", "admin").session();
    say(
        """

        | View, Europe/Berlin; ms | page p50 | page p95 | KB | API p50 | API p95 |
        | --- | ---: | ---: | ---: | ---: | ---: |
        """);
    List<View> views = views();
    for (View view : views) { // What runs for the first time is still being compiled.
      var _ = Rest.ok(Rest.send(page(program, session, view.page())));
      var _ = Rest.ok(Rest.send(api(program, view.api())));
    }
    var worstPages = new LinkedHashMap<String, Double>();
    var worstAnswers = new HashMap<String, Double>();
    for (View view : views) {
      Timing page = measure(page(program, session, view.page()));
      Timing api = measure(api(program, view.api()));
      say(
          "| %s | %.1f | %.1f | %d | %.1f | %.1f |%n"
              .formatted(
                  view.name(), page.p50(), page.p95(), page.bytes() / 1_024, api.p50(), api.p95()));
      worstPages.merge(view.range(), page.p95(), Math::max);
      worstAnswers.merge(view.range(), api.p95(), Math::max);
    }
    for (String other : List.of("/providers", "/providers/bench-1")) {
      Timing page = measure(page(program, session, other));
      say(
          "| %s | %.1f | %.1f | %d | | |%n"
              .formatted(other, page.p50(), page.p95(), page.bytes() / 1_024));
    }
    Timing csv = measure(page(program, session, "/cost.csv?range=90d&group_by=user&tz=UTC"));
    say(
        "| CSV of 90d by user | %.1f | %.1f | %d | | |%n%n"
            .formatted(csv.p50(), csv.p95(), csv.bytes() / 1_024));
    say(
        """
        | The slowest view of a range; ms | page p95 | API p95 |
        | --- | ---: | ---: |
        """);
    worstPages.forEach(
        (range, worst) ->
            say("| %s | %.1f | %.1f |%n".formatted(range, worst, worstAnswers.get(range))));
  }

  private static HttpRequest page(Program program, String session, String path) {
    return HttpRequest.newBuilder(program.portal().resolve(path.replace(' ', '+')))
        .header("accept", "text/html")
        .header("cookie", "adp=" + session)
        .build();
  }

  private static HttpRequest api(Program program, String path) {
    return HttpRequest.newBuilder(program.portal().resolve(path))
        .header("authorization", "Bearer " + program.token())
        .build();
  }

  private record Timing(double p50, double p95, int bytes) {}

  private static Timing measure(HttpRequest request) {
    int bytes = 0;
    for (int i = 0; i < WARM_UP; i++) {
      bytes = Rest.ok(Rest.send(request)).getBytes(UTF_8).length;
    }
    long[] nanos = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      var _ = Rest.ok(Rest.send(request));
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return new Timing(
        nanos[CALLS / 2] / MILLION, nanos[(CALLS * 95 + 99) / 100 - 1] / MILLION, bytes);
  }

  private void write() throws IOException {
    Files.writeString(
        Program.ROOT.resolve("docs/benchmarks/usage.md"),
        """
        # Cost & Usage over ten million calls

        Written by `./adp bench usage` on a machine of %d processors with %,d records: whole
        exchanges of one client on the same machine, one at a time, %d of each after %d to warm up,
        with the database, the program and the client side by side. Wanted: p95 below 100 ms, a cost
        that grows with the buckets shown and not with the records, and 20,000 records a second into
        PostgreSQL.

        %s\
        """
                .formatted(
                    Runtime.getRuntime().availableProcessors(),
                    RECORDS,
                    CALLS,
                    WARM_UP,
                    figures.toString().replaceAll("(?m)^(\\w.*)$", "$1\n"))
                .strip()
            + "\n");
  }
}
