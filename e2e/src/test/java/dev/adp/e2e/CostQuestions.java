package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.UsageRebuild;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Random usage of some days on which clocks change, and random questions about it. Each is put to
 * the page, the API and the download, and to the raw records.
 */
final class CostQuestions {
  private static final Instant START = Instant.parse("2025-03-27T00:00:00Z");
  private static final int DAYS = 6;
  private static final List<String> ZONES =
      List.of("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "+05:45");
  private static final List<String> GROUPS =
      List.of("provider", "model", "user", "agent", "provider_type", "token_type");
  private static final List<String> TYPES =
      List.of("input", "output", "cached", "cache_write", "reasoning");

  private static final String RECORDS =
      """
      insert into usage_record (started_at, id, provider_uid, provider_type, model, model_answered,
        user_name, agent, conversation_id, operation, streamed, outcome, status, usage_state,
        upstream_id, latency_micros, request_bytes, response_bytes, tokens_input, tokens_output,
        tokens_cached, tokens_cache_creation_5m, tokens_cache_creation_1h,
        tokens_cache_creation_unknown_ttl, tokens_reasoning, tokens_tool_use_input, cost_input,
        cost_output, cost_cached, cost_cache_creation_5m, cost_cache_creation_1h,
        cost_cache_creation_unknown_ttl, cost_reasoning, cost_tool_use_input, unpriced_tokens,
        catalog_version)
      select '%s'::timestamptz + random() * interval '%d days', gen_random_uuid(), uid, type,
        'model-' || floor(random() * 3), '', 'user-' || floor(random() * 4),
        case when random() < 0.5 then '' else 'agents/' || floor(random() * 2) end, '', '', false,
        'OK', 200, 'REPORTED', '', 1000000 * random(), 1, 1, %s, 0, ''
      from llm_provider, generate_series(1, 300) where name in ('one', 'two')
      """
          .formatted(
              START,
              DAYS,
              String.join(", ", Collections.nCopies(16, "floor(random() * 1000000007)")));

  private static final Pattern TOTAL =
      Pattern.compile("id=\"(spend|requests|tokens)-total\" title=\"([^\"]*)\"");

  private final Program program;
  private final Directory directory;
  private final Random random;

  CostQuestions(Program program, Directory directory) {
    long seed = System.nanoTime();
    System.out.println("CostQuestions: seed " + seed);
    this.program = program;
    this.directory = directory;
    this.random = new Random(seed);
  }

  /** Stores the records past the gateway, and has them summed up. */
  void records() {
    directory.execute("select setseed(" + random.nextDouble() + ");" + RECORDS);
    for (int day = 0; day <= DAYS; day++) {
      new UsageRebuild(directory.database()).day(LocalDate.parse("2025-03-27").plusDays(day));
    }
  }

  /** What to ask, and what of the records it means. */
  private record Question(String query, String where, String cost, String tokens) {}

  void ask(String session) {
    Question question = question();
    List<String> naive =
        directory.rows(
            """
            select unnest(array[count(*), coalesce(sum(%s), 0), coalesce(sum(%s), 0)])::bigint::text
            from usage_record where %s
            """
                .formatted(question.cost(), question.tokens(), question.where()));
    assertThat(page(session, question)).as(question.query()).isEqualTo(naive);
    assertThat(api(question)).as(question.query()).isEqualTo(naive);
    List<String> lines = download(session, question);
    assertThat(column(lines, "spend_microcents")).as(question.query()).isEqualTo(naive.get(1));
    assertThat(column(lines, "tokens")).as(question.query()).isEqualTo(naive.get(2));
  }

  private Question question() {
    long first = random.nextLong(DAYS * 96L);
    long length = 1 + (random.nextBoolean() ? random.nextLong(96) : random.nextLong(DAYS * 96L));
    Instant start = START.plus(Duration.ofMinutes(15 * first));
    Instant end = start.plus(Duration.ofMinutes(15 * length));
    var query = new ArrayList<String>();
    var where =
        new ArrayList<>(List.of("started_at >= '%s' and started_at < '%s'".formatted(start, end)));
    query.add("START=" + start + "&END=" + end);
    query.add("group_by=" + one(GROUPS));
    query.add("tz=" + URLEncoder.encode(one(ZONES), StandardCharsets.UTF_8));
    if (random.nextInt(3) == 0) {
      String name = one(List.of("one", "two"));
      query.add("provider=" + name);
      where.add("provider_uid in (select uid from llm_provider where name = '%s')".formatted(name));
    }
    filter(query, where, "model", "model", List.of("model-0", "model-1"));
    filter(query, where, "user", "user_name", List.of("user-0", "user-3"));
    filter(query, where, "agent", "agent", List.of("", "agents/1"));
    String cost = columns(query, "cost");
    String tokens = columns(query, "token");
    return new Question(String.join("&", query), String.join(" and ", where), cost, tokens);
  }

  private void filter(
      List<String> query, List<String> where, String name, String column, List<String> values) {
    if (random.nextInt(3) == 0) {
      String value = one(values);
      query.add(name + "=" + value);
      where.add("%s = '%s'".formatted(column, value));
    }
  }

  /** The columns of a type of tokens, or of all. */
  private String columns(List<String> query, String what) {
    String type = random.nextInt(3) == 0 ? one(TYPES) : "";
    if (!type.isEmpty()) {
      query.add(what + "_type=" + type);
    }
    List<String> columns =
        switch (type) {
          case "input" -> List.of("input", "tool_use_input");
          case "cache_write" ->
              List.of("cache_creation_5m", "cache_creation_1h", "cache_creation_unknown_ttl");
          case "" ->
              List.of(
                  "input",
                  "tool_use_input",
                  "cache_creation_5m",
                  "cache_creation_1h",
                  "cache_creation_unknown_ttl",
                  "output",
                  "cached",
                  "reasoning");
          default -> List.of(type);
        };
    String prefix = what.equals("cost") ? "cost_" : "tokens_";
    return String.join(" + ", columns.stream().map(prefix::concat).toList());
  }

  private String one(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }

  private List<String> page(String session, Question question) {
    var totals = new ArrayList<>(List.of("", "", ""));
    Matcher matcher = TOTAL.matcher(get(session, "/cost?" + ofPage(question)));
    while (matcher.find()) {
      String digits = matcher.group(2).replaceAll("[$,]", "");
      switch (matcher.group(1)) {
        case "requests" -> totals.set(0, digits);
        case "spend" ->
            totals.set(1, new BigDecimal(digits).movePointRight(8).toBigIntegerExact().toString());
        default -> totals.set(2, digits);
      }
    }
    return totals;
  }

  private static String ofPage(Question question) {
    return question.query().replace("START", "customStart").replace("END", "customEnd");
  }

  private List<String> api(Question question) {
    JsonObject series =
        program
            .rest()
            .get(
                "/v1/spending/timeseries?limit=20&"
                    + question.query().replace("START", "start").replace("END", "end"));
    var sums = new long[3];
    JsonArray total = series.getJsonArray("total");
    for (int i = 0; i < total.size(); i++) {
      JsonObject stats = total.getJsonObject(i);
      sums[0] += Long.parseLong(stats.getString("total_requests"));
      sums[1] += Long.parseLong(stats.getString("total_cost_microcents"));
      sums[2] += Long.parseLong(stats.getString("total_tokens"));
    }
    return List.of(String.valueOf(sums[0]), String.valueOf(sums[1]), String.valueOf(sums[2]));
  }

  private List<String> download(String session, Question question) {
    return get(session, "/cost.csv?" + ofPage(question)).lines().toList();
  }

  private static String column(List<String> lines, String name) {
    int column = List.of(lines.getFirst().split(",", -1)).indexOf(name);
    return String.valueOf(
        lines.stream()
            .skip(1)
            .mapToLong(line -> Long.parseLong(line.split(",", -1)[column]))
            .sum());
  }

  private String get(String session, String path) {
    return Rest.ok(
        Rest.send(
            HttpRequest.newBuilder(program.portal().resolve(path))
                .header("accept", "text/html")
                .header("cookie", "adp=" + session)
                .build()));
  }
}
