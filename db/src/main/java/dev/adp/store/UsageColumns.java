package dev.adp.store;

import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.Cost;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.Tokens;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** The columns of roll-ups and sums that can be added up, so that each sum is written once. */
final class UsageColumns {
  private static final List<Field<Long>> TOKENS =
      named(
          List.of(
              USAGE_ROLLUP.TOKENS_INPUT,
              USAGE_ROLLUP.TOKENS_OUTPUT,
              USAGE_ROLLUP.TOKENS_CACHED,
              USAGE_ROLLUP.TOKENS_CACHE_CREATION_5M,
              USAGE_ROLLUP.TOKENS_CACHE_CREATION_1H,
              USAGE_ROLLUP.TOKENS_CACHE_CREATION_UNKNOWN_TTL,
              USAGE_ROLLUP.TOKENS_REASONING,
              USAGE_ROLLUP.TOKENS_TOOL_USE_INPUT));
  private static final List<Field<Long>> COSTS =
      named(
          List.of(
              USAGE_ROLLUP.COST_INPUT,
              USAGE_ROLLUP.COST_OUTPUT,
              USAGE_ROLLUP.COST_CACHED,
              USAGE_ROLLUP.COST_CACHE_CREATION_5M,
              USAGE_ROLLUP.COST_CACHE_CREATION_1H,
              USAGE_ROLLUP.COST_CACHE_CREATION_UNKNOWN_TTL,
              USAGE_ROLLUP.COST_REASONING,
              USAGE_ROLLUP.COST_TOOL_USE_INPUT));
  static final Field<Long> REQUESTS = named(List.of(USAGE_ROLLUP.REQUESTS)).getFirst();
  static final Field<Long> UNPRICED = named(List.of(USAGE_ROLLUP.UNPRICED_TOKENS)).getFirst();
  private static final List<Field<Long>> COUNTS =
      named(
          List.of(
              USAGE_ROLLUP.REQUESTS,
              USAGE_ROLLUP.FAILED_REQUESTS,
              USAGE_ROLLUP.MISSING_USAGE_REQUESTS,
              USAGE_ROLLUP.UNPRICED_TOKENS));

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

  /** Columns of any table that has them. */
  private static List<Field<Long>> named(List<? extends Field<Long>> columns) {
    return columns.stream()
        .<Field<Long>>map(column -> DSL.field(DSL.name(column.getName()), Long.class))
        .toList();
  }

  /** All columns that can be added up, as a table has them, each times a sign. */
  static List<Field<?>> measures(Table<?> table, Field<Integer> sign) {
    var measures = new ArrayList<Field<?>>();
    for (List<Field<Long>> columns : List.of(COUNTS, TOKENS, COSTS)) {
      for (Field<Long> column : columns) {
        Field<Long> measure = Objects.requireNonNull(table.field(column));
        measures.add(signed(measure, sign).as(column.getName()));
      }
    }
    return measures;
  }

  static Field<Long> signed(Field<Long> count, Field<Integer> sign) {
    return DSL.field("{0} * {1}", Long.class, count, sign);
  }

  /** Whether there was any call: sums from which all was taken again tell of nothing. */
  static Condition someRequests() {
    return DSL.sum(REQUESTS).gt(DSL.inline(BigDecimal.ZERO));
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
