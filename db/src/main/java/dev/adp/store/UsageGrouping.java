package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Cuts the quarter-hour sums into groups and buckets of time, in one statement. */
final class UsageGrouping {
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";
  private static final Comparator<UsageGroup> BY_FALLING_SPEND =
      Comparator.comparingLong((UsageGroup group) -> -group.total().cost().total())
          .thenComparing(UsageGroup::key);

  private final UsageQuery query;
  private final int buckets;
  private final Map<String, Label> labels = new LinkedHashMap<>();
  private final Map<String, List<SpendingStats>> groups = new LinkedHashMap<>();
  private final List<SpendingStats> others;
  private final List<SpendingStats> total;

  private record Label(
      String displayName, boolean deleted, Optional<UsageGroup.Provider> provider) {}

  private UsageGrouping(UsageQuery query, int buckets) {
    this.query = query;
    this.buckets = buckets;
    this.others = quiet();
    this.total = quiet();
  }

  static UsageGroups read(
      Database database,
      UsageQuery query,
      Condition matches,
      Optional<UsageDimension> by,
      List<Instant> starts,
      int groupsMax) {
    var grouping = new UsageGrouping(query, starts.size());
    Field<Integer> bucket = bucket(starts).as(BUCKET);
    Select<?> sums =
        by.filter(dimension -> dimension != UsageDimension.TOKEN_TYPE)
            .<Select<?>>map(dimension -> largest(query, matches, key(dimension), bucket, groupsMax))
            .orElseGet(
                () ->
                    sql.select(columns(bucket, DSL.inline("").as(KEY)))
                        .from(USAGE_ROLLUP)
                        .where(matches)
                        .groupBy(bucket));
    boolean ofProviders = by.equals(Optional.of(UsageDimension.PROVIDER));
    database.list(
        ofProviders ? labelled(sums.asTable("sums")) : sums,
        row -> grouping.add(row, by, ofProviders));
    return grouping.result();
  }

  private static List<SelectField<?>> columns(Field<Integer> bucket, Field<String> key) {
    List<SelectField<?>> columns = new ArrayList<>(UsageColumns.sums());
    columns.addAll(List.of(bucket, key));
    return columns;
  }

  /** Sums of the groups of the largest spend, and without a key those of all others. */
  private static Select<?> largest(
      UsageQuery query,
      Condition matches,
      Field<String> key,
      Field<Integer> bucket,
      int groupsMax) {
    Field<Long> cost =
        query.costTypes().isEmpty()
            ? UsageColumns.totalCost()
            : UsageColumns.cost(query.costTypes());
    Table<?> largest =
        sql.select(key.as("largest_key"))
            .from(USAGE_ROLLUP)
            .where(matches)
            .groupBy(key)
            .orderBy(DSL.sum(cost).desc(), DSL.sum(USAGE_ROLLUP.REQUESTS).desc(), key)
            .limit(groupsMax)
            .asTable("largest");
    Field<String> kept = DSL.field(DSL.name("largest", "largest_key"), String.class);
    return sql.select(columns(bucket, kept.as(KEY)))
        .from(USAGE_ROLLUP)
        .leftJoin(largest)
        .on(kept.eq(key))
        .where(matches)
        .groupBy(bucket, kept);
  }

  /** Looks each provider up once, not for each of its quarter hours. */
  private static Select<?> labelled(Table<?> sums) {
    return sql.select(sums.fields())
        .select(
            LLM_PROVIDER.DISPLAY_NAME.as("label"),
            LLM_PROVIDER.NAME.as("provider_name"),
            LLM_PROVIDER.TYPE.as("type"),
            LLM_PROVIDER.CREATED_AT.as("created_at"),
            DSL.field(LLM_PROVIDER.UID.isNull().or(LLM_PROVIDER.DELETED_AT.isNotNull()))
                .as("deleted"))
        .from(sums)
        .leftJoin(LLM_PROVIDER)
        .on(LLM_PROVIDER.UID.cast(String.class).eq(DSL.field(DSL.name("sums", KEY), String.class)));
  }

  /** In which bucket a quarter hour lies, from 1. */
  private static Field<Integer> bucket(List<Instant> starts) {
    OffsetDateTime[] thresholds = starts.stream().map(Times::of).toArray(OffsetDateTime[]::new);
    return DSL.field(
        "width_bucket({0}, {1}::timestamptz[])",
        SQLDataType.INTEGER, USAGE_ROLLUP.BUCKET_START, DSL.val(thresholds));
  }

  private static Field<String> key(UsageDimension by) {
    return switch (by) {
      case PROVIDER -> USAGE_ROLLUP.PROVIDER_UID.cast(String.class);
      case PROVIDER_TYPE -> USAGE_ROLLUP.PROVIDER_TYPE;
      case MODEL -> USAGE_ROLLUP.MODEL;
      case USER -> USAGE_ROLLUP.USER_NAME;
      case AGENT -> USAGE_ROLLUP.AGENT;
      case TOKEN_TYPE -> DSL.inline(""); // Columns, not rows: they part below.
    };
  }

  private boolean add(Row row, Optional<UsageDimension> by, boolean ofProviders) {
    int index = row.getInteger(BUCKET) - 1;
    SpendingStats all = UsageColumns.stats(row);
    SpendingStats stats = query.narrowed(all);
    total.set(index, total.get(index).plus(stats));
    if (by.equals(Optional.of(UsageDimension.TOKEN_TYPE))) {
      split(stats).forEach((type, part) -> put(type.wireName(), index, part));
    } else if (by.isPresent()) {
      String key = row.getString(KEY);
      if (key == null) {
        others.set(index, stats);
        return true;
      }
      put(key, index, stats);
      if (ofProviders) {
        labels.put(key, label(row, key));
      }
    }
    return true;
  }

  private static Label label(Row row, String key) {
    return row.getString("label") == null
        ? new Label(key, true, Optional.empty())
        : new Label(
            row.getString("label"),
            row.getBoolean("deleted"),
            Optional.of(
                new UsageGroup.Provider(
                    row.getString("type"),
                    row.getString("provider_name"),
                    Times.read(row, "created_at"))));
  }

  /** Requests and unpriced tokens are those of the whole in each part: nobody can split them. */
  private static Map<TokenType, SpendingStats> split(SpendingStats whole) {
    var parts = new EnumMap<TokenType, SpendingStats>(TokenType.class);
    for (TokenType type : TokenType.values()) {
      parts.put(
          type,
          new SpendingStats(
              whole.totalRequests(),
              whole.failedRequests(),
              whole.missingUsageRequests(),
              TokenType.only(Set.of(type), whole.tokens()),
              TokenType.only(Set.of(type), whole.cost())));
    }
    return parts;
  }

  private void put(String key, int index, SpendingStats stats) {
    groups.computeIfAbsent(key, _ -> quiet()).set(index, stats);
  }

  private List<SpendingStats> quiet() {
    return new ArrayList<>(Collections.nCopies(buckets, SpendingStats.NONE));
  }

  private UsageGroups result() {
    Stream<UsageGroup> largest =
        groups.entrySet().stream()
            .map(
                group -> {
                  Label label =
                      labels.getOrDefault(
                          group.getKey(), new Label(group.getKey(), false, Optional.empty()));
                  return new UsageGroup(
                      group.getKey(),
                      label.displayName(),
                      label.deleted(),
                      false,
                      label.provider(),
                      group.getValue());
                })
            .sorted(BY_FALLING_SPEND);
    boolean all = others.stream().allMatch(SpendingStats.NONE::equals);
    return new UsageGroups(
        all ? largest.toList() : Stream.concat(largest, Stream.of(rest())).toList(), total);
  }

  private UsageGroup rest() {
    return new UsageGroup("others", "All others", false, true, Optional.empty(), others);
  }
}
