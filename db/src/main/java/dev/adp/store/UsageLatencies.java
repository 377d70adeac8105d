package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.USAGE_LATENCY;

import dev.adp.domain.LatencyBins;
import dev.adp.domain.ModelLatency;
import dev.adp.domain.UsageQuery;
import dev.adp.store.UsageSpan.Stretch;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Counts of calls by how long they took, in bins. */
final class UsageLatencies {
  private static final List<UsageSpan> SPANS =
      List.of(UsageSpan.HOUR, UsageSpan.DAY, UsageSpan.TEN_DAYS, UsageSpan.MONTH);

  /** Counts a stretch of time anew by hours, bind 1 to 2, which has no hours. */
  private static final String REBUILD_HOURS =
      """
      insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
      select model, 1, date_bin('1 hour', started_at, 'epoch'), provider_uid,
        usage_bins(array_agg(bin)),
        usage_bins(array_agg(first_bin) filter (where first_bin is not null))
      from (
        select model, started_at, provider_uid, usage_bin(latency_micros) as bin,
          case when streamed and first_byte_micros is not null then usage_bin(first_byte_micros) end
            as first_bin
        from usage_record where started_at >= $1 and started_at < $2) as calls
      group by 1, 3, 4
      """;

  private UsageLatencies() {}

  /** Counts a day of UTC anew, and what it is a part of. */
  static void rebuild(Database.Tx tx, OffsetDateTime start, OffsetDateTime end) {
    Tuple day = Tuple.of(start, end);
    tx.execute(
        "delete from usage_latency where span = 1 and bucket_start >= $1 and bucket_start < $2",
        day);
    tx.execute(REBUILD_HOURS, day);
    for (UsageSpan longer : SPANS.subList(1, SPANS.size())) {
      rebuild(tx, SPANS.get(SPANS.indexOf(longer) - 1), longer, longer.floor(start.toInstant()));
    }
  }

  private static void rebuild(Database.Tx tx, UsageSpan shorter, UsageSpan longer, Instant from) {
    tx.execute(
        "delete from usage_latency where span = %d and bucket_start = $1"
            .formatted(longer.number()),
        Tuple.of(Times.of(from)));
    tx.execute(
        """
        insert into usage_latency (model, span, bucket_start, provider_uid, latency, first_token)
        select model, %2$d, $1, provider_uid,
          usage_bins_total(latency), usage_bins_total(first_token)
        from usage_latency where span = %1$d and bucket_start >= $1 and bucket_start < $2
        group by model, provider_uid
        """
            .formatted(shorter.number(), longer.number()),
        Tuple.of(Times.of(from), Times.of(longer.ceil(from.plusNanos(1)))));
  }

  static List<ModelLatency> read(Database database, UsageQuery query, List<String> models) {
    Map<String, LatencyBins> latencies = new HashMap<>();
    Map<String, LatencyBins> firstTokens = new HashMap<>();
    Field<String> model = DSL.field(DSL.name("asked", "model"), String.class);
    database.list(
        sql.select(
                model,
                counted("bin", Integer.class),
                total(counted("latency", Long.class)),
                total(counted("first_token", Long.class)))
            .from(
                DSL.table("unnest({0}::text[])", DSL.val(models.toArray(String[]::new)))
                    .as("asked", "model")
                    .crossJoin(stretches(query))
                    .crossJoin(DSL.lateral(bins(query, model))))
            .groupBy(model, counted("bin", Integer.class))
            .having(
                DSL.condition(
                    "usage_total({0}) > 0 or usage_total({1}) > 0",
                    counted("latency", Long.class), counted("first_token", Long.class))),
        row -> {
          int bin = row.getInteger("bin");
          String name = row.getString("model");
          of(latencies, name).add(bin, row.getLong("latency"));
          of(firstTokens, name).add(bin, row.getLong("first_token"));
          return true;
        });
    return models.stream()
        .filter(latencies::containsKey)
        .map(
            name ->
                new ModelLatency(
                    name,
                    latencies.getOrDefault(name, new LatencyBins()).timing(),
                    firstTokens.getOrDefault(name, new LatencyBins()).timing()))
        .toList();
  }

  private static LatencyBins of(Map<String, LatencyBins> bins, String model) {
    return bins.computeIfAbsent(model, _ -> new LatencyBins());
  }

  private static <T> Field<T> counted(String name, Class<T> type) {
    return DSL.field(DSL.name("counted", name), type);
  }

  private static Field<Long> total(Field<Long> calls) {
    return DSL.field("usage_total({0})", Long.class, calls).as(calls.getName());
  }

  private static Table<?> stretches(UsageQuery query) {
    Instant from = UsageSpan.HOUR.floor(query.start());
    Instant to = UsageSpan.HOUR.ceil(query.end());
    List<Stretch> stretches = UsageSpan.cut(SPANS, List.of(from), from, to);
    return UsageSums.table(stretches);
  }

  /** The bins that hold calls, of each row that counts. */
  private static Table<?> bins(UsageQuery query, Field<String> model) {
    Condition which =
        query.providers().isEmpty()
            ? DSL.noCondition()
            : USAGE_LATENCY.PROVIDER_UID.in(UsageSums.providers(query.providers()));
    Field<Long> latency = DSL.field(DSL.name("bins", "latency"), Long.class);
    Field<Long> firstToken = DSL.field(DSL.name("bins", "first_token"), Long.class);
    return sql.select(
            DSL.field("bins.place - 1", Integer.class).as("bin"),
            UsageColumns.signed(latency, UsageSums.SIGN).as("latency"),
            UsageColumns.signed(firstToken, UsageSums.SIGN).as("first_token"))
        .from(USAGE_LATENCY)
        .crossJoin(
            DSL.table(
                "lateral unnest({0}, {1}) with ordinality as bins (latency, first_token, place)",
                USAGE_LATENCY.LATENCY, USAGE_LATENCY.FIRST_TOKEN))
        .where(
            USAGE_LATENCY.MODEL.eq(model),
            UsageSums.ofSpan(USAGE_LATENCY.SPAN),
            UsageSums.within(USAGE_LATENCY.BUCKET_START),
            which,
            DSL.condition("({0} > 0 or {1} > 0)", latency, firstToken))
        .offset(0)
        .asTable("counted");
  }
}
