package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.Cost;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.Tokens;
import io.vertx.sqlclient.Row;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jooq.Field;
import org.jooq.SelectField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The bucket columns of the roll-ups, so that each sum over them is written once. */
final class UsageColumns {
  private static final List<Field<Long>> TOKENS =
      List.of(
          USAGE_ROLLUP.TOKENS_INPUT,
          USAGE_ROLLUP.TOKENS_OUTPUT,
          USAGE_ROLLUP.TOKENS_CACHED,
          USAGE_ROLLUP.TOKENS_CACHE_CREATION_5M,
          USAGE_ROLLUP.TOKENS_CACHE_CREATION_1H,
          USAGE_ROLLUP.TOKENS_CACHE_CREATION_UNKNOWN_TTL,
          USAGE_ROLLUP.TOKENS_REASONING,
          USAGE_ROLLUP.TOKENS_TOOL_USE_INPUT);
  private static final List<Field<Long>> COSTS =
      List.of(
          USAGE_ROLLUP.COST_INPUT,
          USAGE_ROLLUP.COST_OUTPUT,
          USAGE_ROLLUP.COST_CACHED,
          USAGE_ROLLUP.COST_CACHE_CREATION_5M,
          USAGE_ROLLUP.COST_CACHE_CREATION_1H,
          USAGE_ROLLUP.COST_CACHE_CREATION_UNKNOWN_TTL,
          USAGE_ROLLUP.COST_REASONING,
          USAGE_ROLLUP.COST_TOOL_USE_INPUT);
  private static final List<Field<Long>> COUNTS =
      List.of(
          USAGE_ROLLUP.REQUESTS,
          USAGE_ROLLUP.FAILED_REQUESTS,
          USAGE_ROLLUP.MISSING_USAGE_REQUESTS,
          USAGE_ROLLUP.UNPRICED_TOKENS);

  private UsageColumns() {}

  /** What each of the costs is the cost of. */
  private static final List<TokenType> TYPES =
      List.of(
          TokenType.INPUT,
          TokenType.OUTPUT,
          TokenType.CACHED,
          TokenType.CACHE_WRITE,
          TokenType.CACHE_WRITE,
          TokenType.CACHE_WRITE,
          TokenType.REASONING,
          TokenType.INPUT);

  static Field<Long> totalCost() {
    return cost(Set.of(TokenType.values()));
  }

  /** The cost of some types of tokens. */
  static Field<Long> cost(Set<TokenType> types) {
    return IntStream.range(0, COSTS.size())
        .filter(i -> types.contains(TYPES.get(i)))
        .<Field<Long>>mapToObj(COSTS::get)
        .reduce(Field::plus)
        .orElseThrow();
  }

  /**
   * The local day of a quarter hour, as YYYY-MM-DD.
   *
   * <p>PostgreSQL reads "+02:00" and "UTC+2" by the POSIX rule, as two hours west; an interval
   * means what it says.
   */
  static Field<String> day(ZoneId zone) {
    Field<?> at =
        zone.normalized() instanceof ZoneOffset offset
            ? DSL.field("make_interval(secs => {0})", DSL.inline(offset.getTotalSeconds()))
            : DSL.inline(zone.getId());
    return DSL.field(
        "to_char({0} at time zone {1}, 'YYYY-MM-DD')",
        SQLDataType.VARCHAR, USAGE_ROLLUP.BUCKET_START, at);
  }

  /** The sum of every column under its own name. */
  static List<SelectField<?>> sums() {
    var sums = new ArrayList<SelectField<?>>();
    for (List<Field<Long>> columns : List.of(COUNTS, TOKENS, COSTS)) {
      columns.forEach(
          column ->
              sums.add(
                  DSL.coalesce(DSL.sum(column), DSL.inline(0))
                      .cast(Long.class)
                      .as(column.getName())));
    }
    return sums;
  }

  static SpendingStats stats(Row row) {
    return new SpendingStats(
        row.getLong("requests"),
        row.getLong("failed_requests"),
        row.getLong("missing_usage_requests"),
        tokens(row),
        cost(row));
  }

  static Cost cost(Row row) {
    return new Cost(
        row.getLong("cost_input"),
        row.getLong("cost_output"),
        row.getLong("cost_cached"),
        row.getLong("cost_cache_creation_5m"),
        row.getLong("cost_cache_creation_1h"),
        row.getLong("cost_cache_creation_unknown_ttl"),
        row.getLong("cost_reasoning"),
        row.getLong("cost_tool_use_input"),
        row.getLong("unpriced_tokens"));
  }

  static Tokens tokens(Row row) {
    return new Tokens(
        row.getLong("tokens_input"),
        row.getLong("tokens_output"),
        row.getLong("tokens_cached"),
        row.getLong("tokens_cache_creation_5m"),
        row.getLong("tokens_cache_creation_1h"),
        row.getLong("tokens_cache_creation_unknown_ttl"),
        row.getLong("tokens_reasoning"),
        row.getLong("tokens_tool_use_input"));
  }
}
