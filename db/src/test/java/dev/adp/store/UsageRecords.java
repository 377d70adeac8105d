package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_RECORD;

import dev.adp.domain.Cost;
import dev.adp.domain.Records;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Field;

/** Records of calls, made up from a seed. */
final class UsageRecords {
  static final UUID PROVIDER = new UUID(1, 1);
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final List<UsageState> STATES = List.of(UsageState.values());

  private final Random random;

  UsageRecords(long seed) {
    random = new Random(seed);
  }

  /** A call of some model at some time within two days. */
  UsageRecord next() {
    Outcome outcome = OUTCOMES.get(random.nextInt(OUTCOMES.size()));
    UsageState state = STATES.get(random.nextInt(STATES.size()));
    return new UsageRecord(
        uuid(),
        START.plusMillis(random.nextInt(172_800_000)),
        new UUID(0, random.nextInt(3)),
        "OPENAI",
        "model-" + random.nextInt(3),
        "answered",
        "user-" + random.nextInt(2),
        random.nextBoolean() ? "agents/bot" : "",
        "",
        "POST /chat/completions",
        random.nextBoolean(),
        outcome,
        200,
        state,
        "",
        "",
        random.nextInt(1_000_000),
        random.nextBoolean() ? Optional.of(7L) : Optional.empty(),
        random.nextInt(10_000),
        random.nextInt(10_000),
        tokens(),
        Optional.empty(),
        cost(),
        "test",
        false,
        "");
  }

  /** A call of one model in one quarter of an hour, with one input token that costs one. */
  UsageRecord plain(String model) {
    return at(START, model, "user", 1);
  }

  UsageRecord at(Instant startedAt, String model, String user, long inputTokens) {
    return new UsageRecord(
        uuid(),
        startedAt,
        PROVIDER,
        "OPENAI",
        model,
        model,
        user,
        "",
        "",
        "POST /chat/completions",
        false,
        Outcome.OK,
        200,
        UsageState.REPORTED,
        "",
        "",
        1,
        Optional.empty(),
        1,
        1,
        new Tokens(inputTokens, 0, 0, 0, 0, 0, 0, 0),
        Optional.empty(),
        new Cost(inputTokens, 0, 0, 0, 0, 0, 0, 0, 0),
        "test",
        false,
        "");
  }

  /** A call through some provider, with input tokens that cost one each. */
  UsageRecord of(UUID provider, Instant at, String model, long inputTokens) {
    return Records.with(at(at, model, "user", inputTokens), Map.of("providerUid", provider));
  }

  /** The same record of work that other records can tell of too. */
  static UsageRecord counting(UsageRecord record, String work) {
    return Records.with(record, Map.of("countsOnce", work));
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  /** A record as builds before 0.1.0 wrote it: with what is zero or empty as well. */
  static JsonObject inFull(UsageRecord record) {
    var json = new JsonObject(UsageJson.of(record));
    Stream.of(USAGE_RECORD.fields())
        .map(Field::getName)
        .filter(column -> !json.containsKey(column))
        .forEach(
            column -> UsageJson.whenAbsent(column).ifPresent(value -> json.put(column, value)));
    return json.put("connection_test", record.connectionTest());
  }

  private Tokens tokens() {
    return new Tokens(some(), some(), some(), some(), some(), some(), some(), some());
  }

  private Cost cost() {
    return new Cost(some(), some(), some(), some(), some(), some(), some(), some(), some());
  }

  private long some() {
    return random.nextLong(1_000_000_000L);
  }
}
