package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How long lists and pages take with a thousand providers, ten million calls of thirty days in
 * their roll-ups, and a program that has run for a while: whole exchanges as a client on the same
 * machine sees them, one at a time, so no less than what the server takes. It asserts nothing about
 * time, since machines differ; {@code -Dtest=ListBench} runs it, and so does its main method on the
 * tests' class path. It writes {@code docs/benchmarks/lists.md}.
 */
class ListBench {
  private static final int PROVIDERS = 1_000;
  private static final int WARM_UP = Integer.getInteger("adp.bench.list.warmUp", 500);
  private static final int CALLS = Integer.getInteger("adp.bench.list.calls", 1_000);
  private static final String LIST = "/v1/llm-providers";
  private static final String SUMS = String.join(", ", Collections.nCopies(8, "1000"));

  private static final int HOURS = 720;

  /** A statement may take fifteen seconds, whoever sends it. */
  private static final int HOURS_AT_ONCE = 6;

  /** Seven calls in each hour of each provider and model: 1,000 × 720 × 2 × 7 = 10,080,000. */
  private static final String ROLLUPS =
      """
      insert into usage_rollup
      select date_bin('15 minutes', now(), 'epoch') - hour * interval '1 hour', uid, type,
        'model-' || model, 'user-' || hour %%%% 3, '', 7, 0, 0, 0, %1$s, %1$s
      from llm_provider, generate_series(%%d, %%d) as hour, generate_series(0, 1) as model
      """
          .formatted(SUMS);

  /** One provider is what everybody uses: by ten users in each quarter of an hour of a week. */
  private static final String BUSY_ROLLUPS =
      """
      insert into usage_rollup
      select date_bin('15 minutes', now(), 'epoch') - quarter * interval '15 minutes', uid, type,
        'model-' || quarter %% 5, 'busy-' || person, '', 7, 0, 0, 0, %1$s, %1$s
      from llm_provider, generate_series(0, 671) as quarter, generate_series(0, 9) as person
      where name = 'bench-1'
      """
          .formatted(SUMS);

  /** Of the tables that {@link #measure} makes rows for. */
  static final String HEADING =
      """
      | | p50 | p95 | p99 | max | bytes |
      | --- | ---: | ---: | ---: | ---: | ---: |
      """;

  private static final List<String> PAGES =
      List.of(
          "/providers",
          "/providers?page_size=100",
          "/providers?page=50&page_size=10",
          "/providers?name=99",
          "/providers/bench-1",
          "/providers/bench-2",
          "/providers/bench-1/connect",
          "/providers/bench-1/edit",
          "/providers/-/new");

  public static void main(String[] arguments) throws Exception {
    bench();
  }

  @Test
  void run() throws Exception {
    bench();
  }

  private static void bench() throws Exception {
    try (var bench = BenchProgram.start("adp-list-bench")) {
      Program program = bench.program();
      Directory directory = bench.directory();
      fill(program.rest());
      for (int hour = 0; hour < HOURS; hour += HOURS_AT_ONCE) {
        directory.execute(ROLLUPS.formatted(hour, hour + HOURS_AT_ONCE - 1));
      }
      directory.execute(BUSY_ROLLUPS);
      directory.execute("vacuum analyze");
      var rows = new StringBuilder();
      requests(bench.resources()).forEach((name, request) -> rows.append(measure(name, request)));
      write(
          "lists.md",
          """
      # How long lists and pages take

      Written by `./adp bench lists`: %,d providers, ten million calls of thirty days in the sums; one request at a time,
      %,d of each, ms from the first byte sent to the last byte read. To reach: the API's list p95 20 ms, pages
      p95 50 ms and 100 KB.

      %s"""
              .formatted(PROVIDERS, CALLS, HEADING + rows));
    }
  }

  /** Writes a page of figures. */
  static void write(String name, String page) throws IOException {
    System.out.print(page);
    Files.writeString(Program.ROOT.resolve("docs/benchmarks").resolve(name), page);
  }

  private static void fill(Rest rest) {
    World.putSecret(rest, World.SECRET, "value");
    for (int i = 0; i < PROVIDERS; i++) {
      var models = new JsonArray();
      for (int model = 0; model < 1 + i % 5; model++) {
        models.add("model-" + model);
      }
      var provider =
          new JsonObject()
              .put("name", "bench-" + i)
              .put("display_name", "Team " + i % 100 + ", number " + i)
              .put("enabled", i % 10 != 0)
              .put("models", models);
      rest.post(
          LIST,
          i % 2 == 0
              ? provider.put("openai_config", new JsonObject().put("api_key_ref", World.SECRET))
              : provider.put(
                  "anthropic_config", new JsonObject().put("api_key_ref", World.SECRET)));
    }
  }

  private static Map<String, HttpRequest> requests(Sweep.Resources resources) {
    Program program = resources.program();
    var requests = new LinkedHashMap<String, HttpRequest>();
    String token = new JsonObject(body(api(program, "?page_size=50"))).getString("next_page_token");
    for (String query :
        new String[] {
          "?page_size=50",
          "?page_size=100",
          "?page_size=1000",
          "?page_size=50&page_token=" + token,
          "?page_size=50&order_by=display_name",
          "?page_size=50&type=LLM_PROVIDER_TYPE_ANTHROPIC",
          "?page_size=50&enabled=false",
          "?page_size=50&name_contains=99",
          "?page_size=50&name_contains=none-of-them",
          "?page_size=50&model=model-4",
          "?page_size=50&type=LLM_PROVIDER_TYPE_OPENAI&enabled=true&name_contains=team&model=model-3",
        }) {
      requests.put(query.replaceAll("page_token=.*", "page_token=…"), api(program, query));
    }
    String session = Sweep.signedIn(resources, "", "admin").session();
    for (String path : PAGES) {
      requests.put(
          "portal " + path,
          HttpRequest.newBuilder(program.portal().resolve(path))
              .header("accept", "text/html")
              .header("cookie", "adp=" + session)
              .build());
    }
    return requests;
  }

  private static HttpRequest api(Program program, String query) {
    return HttpRequest.newBuilder(program.portal().resolve(LIST + query))
        .header("authorization", "Bearer " + program.token())
        .build();
  }

  private static String body(HttpRequest request) {
    HttpResponse<String> answer = Rest.send(request);
    return Rest.ok(answer);
  }

  /**
   * Measures one request many times.
   *
   * @return a row of a table
   */
  static String measure(String name, HttpRequest request) {
    for (int i = 0; i < WARM_UP; i++) {
      var _ = body(request);
    }
    long[] nanos = new long[CALLS];
    int bytes = 0;
    for (int i = 0; i < CALLS; i++) {
      long start = System.nanoTime();
      bytes = body(request).getBytes(UTF_8).length;
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    String row =
        "| `%s` | %.1f | %.1f | %.1f | %.1f | %d |%n"
            .formatted(
                name,
                millis(nanos, 0.5),
                millis(nanos, 0.95),
                millis(nanos, 0.99),
                millis(nanos, 1),
                bytes);
    System.out.print(row);
    return row;
  }

  private static double millis(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))] / 1e6;
  }
}
