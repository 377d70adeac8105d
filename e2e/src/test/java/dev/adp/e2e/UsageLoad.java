package dev.adp.e2e;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Postgres;
import dev.adp.store.UsageDrain;
import dev.adp.store.UsageJournal;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Calls as a company makes them: 50 providers of 4 models each, 500 users of 2 providers each, two
 * in five of them agents, most of it on working days about noon.
 */
final class UsageLoad {
  private static final int PROVIDERS = 50;
  private static final int MODELS = 4;
  private static final int USERS = 500;
  private static final int AGENTS = 50;
  private static final int DAYS = 90;
  private static final int QUARTERS = 96;
  private static final int COPIED_CHARS = 16 << 20;
  private static final List<String> TYPES = List.of("openai", "anthropic");
  private static final Set<DayOfWeek> WEEKEND = EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY);

  private static final String COPY =
      """
      copy usage_record (started_at, id, provider_uid, provider_type, model, model_answered,
        user_name, agent, conversation_id, operation, streamed, outcome, status, usage_state,
        upstream_id, latency_micros, first_byte_micros, request_bytes, response_bytes,
        tokens_input, tokens_output, tokens_cached, tokens_cache_creation_5m,
        tokens_cache_creation_1h, tokens_cache_creation_unknown_ttl, tokens_reasoning,
        tokens_tool_use_input, cost_input, cost_output, cost_cached, cost_cache_creation_5m,
        cost_cache_creation_1h, cost_cache_creation_unknown_ttl, cost_reasoning,
        cost_tool_use_input, unpriced_tokens, catalog_version)
      from stdin
      """;

  /** Where records of before have their places. */
  private static final String MONTHS =
      "select usage_record_month(now() - n * interval '1 month') from generate_series(1, 4) as n";

  private static final String SIZES =
      """
      select string_agg(format('%s %s rows', name, to_char(rows, 'FM999,999,999')), ', ') from (
        select 'roll-ups' as name, count(*) as rows from usage_rollup
        union all select 'sums', count(*) from usage_sum
        union all select 'keys', count(*) from usage_key
        union all select 'latencies', count(*) from usage_latency) as tables
      """;

  private final Rest rest;
  private final Directory directory;
  private final String databaseUrl;
  private final Path folder;
  private final Random random = new Random(1);
  private final List<String> uids = new ArrayList<>();
  private final LocalDate last = LocalDate.now(ZoneOffset.UTC);

  UsageLoad(Rest rest, Directory directory, String databaseUrl, Path folder) {
    this.rest = rest;
    this.directory = directory;
    this.databaseUrl = databaseUrl;
    this.folder = folder;
  }

  LocalDate first() {
    return last.minusDays(DAYS - 1L);
  }

  LocalDate last() {
    return last;
  }

  int days() {
    return DAYS;
  }

  void providers() {
    World.putSecret(rest, World.SECRET, "value");
    for (int i = 0; i < PROVIDERS; i++) {
      var models = new JsonArray();
      for (int model = 0; model < MODELS; model++) {
        models.add(model(i, model));
      }
      rest.post(
          "/v1/llm-providers",
          new JsonObject()
              .put("name", "bench-" + i)
              .put("display_name", "Team " + i)
              .put("models", models)
              .put(
                  TYPES.get(i % TYPES.size()) + "_config",
                  new JsonObject().put("api_key_ref", World.SECRET)));
    }
    uids.addAll(
        directory.rows("select uid::text from llm_provider order by substr(name, 7)::integer"));
  }

  /** Providers of a type share sixteen models. */
  private static String model(int provider, int model) {
    return TYPES.get(provider % TYPES.size()) + "-" + (provider / 2 * MODELS + model) % 16;
  }

  void records(int count) throws IOException, SQLException {
    double[] weights = new double[DAYS * QUARTERS];
    double sum = 0;
    long passed =
        Duration.between(last.atStartOfDay().toInstant(ZoneOffset.UTC), Instant.now()).toMinutes()
            / 15;
    for (int i = 0; i < weights.length; i++) {
      boolean toCome = i / QUARTERS == DAYS - 1 && i % QUARTERS >= passed;
      weights[i] = toCome ? 0 : weight(first().plusDays(i / QUARTERS), i % QUARTERS);
      sum += weights[i];
    }
    double due = 0;
    int made = 0;
    var lines = new StringBuilder();
    try (Connection connection = connection();
        var statement = connection.createStatement()) {
      statement.execute(MONTHS);
      var copies = connection.unwrap(PGConnection.class).getCopyAPI();
      for (int i = 0; i < weights.length; i++) {
        due += weights[i] / sum * count;
        Instant quarter = first().atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(900L * i);
        for (; made < Math.round(due); made++) {
          line(lines, record(quarter.plusNanos(random.nextLong(900_000_000L) * 1_000)));
        }
        if (lines.length() > COPIED_CHARS || i == weights.length - 1) {
          copies.copyIn(COPY, new StringReader(lines.toString()));
          lines.setLength(0);
        }
      }
    }
  }

  private Connection connection() throws SQLException {
    URI uri = Postgres.uri(databaseUrl);
    String[] user = uri.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath()),
        user[0],
        user[1]);
  }

  /** What autovacuum does sooner or later. */
  void vacuum() throws SQLException {
    try (Connection connection = connection();
        var statement = connection.createStatement()) {
      statement.execute("vacuum analyze");
    }
  }

  private static double weight(LocalDate day, int quarter) {
    double hour = quarter / 4.0;
    double work = Math.max(0, Math.sin((hour - 6) / 12 * Math.PI));
    return (WEEKEND.contains(day.getDayOfWeek()) ? 0.1 : 1) * (0.03 + work * work);
  }

  private UsageRecord record(Instant at) {
    int user = random.nextInt(USERS);
    int provider = (user * 2 + random.nextInt(2)) % PROVIDERS;
    String model = model(provider, random.nextInt(MODELS));
    boolean failed = random.nextInt(50) == 0;
    boolean streamed = random.nextBoolean();
    Tokens tokens =
        failed
            ? Tokens.NONE
            : new Tokens(
                500 + random.nextInt(6_000),
                100 + random.nextInt(1_500),
                random.nextInt(4_000),
                random.nextInt(500),
                0,
                0,
                random.nextInt(800),
                0);
    double latency = 300_000 * Math.exp(random.nextGaussian());
    return new UsageRecord(
        new UUID(random.nextLong(), random.nextLong()),
        at,
        UUID.fromString(uids.get(provider)),
        TYPES.get(provider % TYPES.size()).toUpperCase(Locale.ROOT),
        model,
        model,
        "user-" + user,
        user < USERS * 2 / 5 ? "agents/a" + user % AGENTS : "",
        "",
        "POST /chat/completions",
        streamed,
        failed ? Outcome.UPSTREAM_ERROR : Outcome.OK,
        failed ? 500 : 200,
        UsageState.REPORTED,
        "chatcmpl-" + Long.toHexString(random.nextLong()),
        "",
        (long) latency,
        streamed ? Optional.of((long) (latency / 4)) : Optional.empty(),
        2_000,
        4_000,
        tokens,
        Optional.empty(),
        cost(model, tokens),
        "2026-11-25",
        false,
        "");
  }

  private static Cost cost(String model, Tokens tokens) {
    boolean unpriced = model.endsWith("-15");
    return unpriced
        ? new Cost(0, 0, 0, 0, 0, 0, 0, 0, tokens.total())
        : new Cost(
            tokens.input() * 250,
            tokens.output() * 1_500,
            tokens.cached() * 25,
            tokens.cacheCreation5m() * 312,
            0,
            0,
            tokens.reasoning() * 1_500,
            0,
            0);
  }

  private static void line(StringBuilder out, UsageRecord record) {
    Tokens tokens = record.tokens();
    Cost cost = record.cost();
    List<Object> values =
        List.of(
            record.startedAt(),
            record.id(),
            record.providerUid(),
            record.providerType(),
            record.model(),
            record.modelAnswered(),
            record.user(),
            record.agent(),
            "",
            record.operation(),
            record.streamed(),
            record.outcome(),
            record.status(),
            record.usageState(),
            record.upstreamId(),
            record.latencyMicros(),
            record.firstByteMicros().<Object>map(micros -> micros).orElse("\\N"),
            record.requestBytes(),
            record.responseBytes(),
            tokens.input(),
            tokens.output(),
            tokens.cached(),
            tokens.cacheCreation5m(),
            0,
            0,
            tokens.reasoning(),
            0,
            cost.input(),
            cost.output(),
            cost.cached(),
            cost.cacheCreation5m(),
            0,
            0,
            cost.reasoning(),
            0,
            cost.unpricedTokens(),
            record.catalogVersion());
    for (int i = 0; i < values.size(); i++) {
      out.append(i == 0 ? "" : "\t").append(values.get(i).toString());
    }
    out.append('\n');
  }

  String sizes() {
    return directory.rows(SIZES).getFirst();
  }

  /**
   * Fills a journal with records of the last minutes, and lets the drain carry it away; what it
   * took.
   */
  String ingest(int count) {
    try (var journal = new UsageJournal(folder.resolve("journal"), Long.MAX_VALUE)) {
      Future<Void> kept = Future.succeededFuture();
      for (int i = 0; i < count; i++) {
        kept = journal.record(record(Instant.now().minusSeconds(random.nextInt(600))));
      }
      try {
        kept.await(1, TimeUnit.MINUTES);
        Map<Long, Duration> postgres = processorTimesOfPostgres();
        Duration drained = processorTime(ProcessHandle.current());
        long start = System.nanoTime();
        try (var drain = new UsageDrain(journal, directory.database(), directory.databaseUrl())) {
          while (journal.pendingRecords() > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
          }
          double seconds = (System.nanoTime() - start) / 1e9;
          return """
          ingest: %,d records from the journal into PostgreSQL in %.1f s = %,.0f a second, in %d batches; \
          processor time of a record: %.1f µs of PostgreSQL, %.1f µs of the drain\
          """
              .formatted(
                  count,
                  seconds,
                  count / seconds,
                  drain.batches(),
                  since(postgres).toNanos() / 1e3 / count,
                  processorTime(ProcessHandle.current()).minus(drained).toNanos() / 1e3 / count);
        }
      } catch (Exception e) {
        throw new IllegalStateException("the journal does not drain", e);
      }
    }
  }

  private Duration since(Map<Long, Duration> start) {
    return processorTimesOfPostgres().entrySet().stream()
        .map(now -> now.getValue().minus(start.getOrDefault(now.getKey(), Duration.ZERO)))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** That of each of the server's processes that live now. */
  private Map<Long, Duration> processorTimesOfPostgres() {
    long connection = Long.parseLong(directory.rows("select pg_backend_pid()::text").getFirst());
    return ProcessHandle.of(connection)
        .flatMap(ProcessHandle::parent)
        .orElseThrow()
        .children()
        .collect(Collectors.toMap(ProcessHandle::pid, UsageLoad::processorTime));
  }

  private static Duration processorTime(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
