package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;

import dev.adp.domain.SpendingStats;
import dev.adp.domain.TokenType;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroup;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Cuts sums into groups and buckets of time, in one statement. */
final class UsageGrouping {
  private static final String BUCKET = "bucket";
  private static final String KEY = "key";
  private static final String PART = "part";
  private static final int TOTAL = 0;
  private static final int GROUP = 1;
  private static final Comparator<UsageGroup> BY_FALLING_SPEND =
      Comparator.comparingLong((UsageGroup group) -> -group.total().cost().total())
          .thenComparing(UsageGroup::key);

  private final UsageQuery query;
  private final int buckets;
  private final Map<String, Label> labels = new LinkedHashMap<>();
  private final Map<String, List<SpendingStats>> groups = new LinkedHashMap<>();
  private final List<SpendingStats> total;

  private record Label(
      String displayName, boolean deleted, Optional<UsageGroup.Provider> provider) {}

  private UsageGrouping(UsageQuery query, int buckets) {
    this.query = query;
    this.buckets = buckets;
    this.total = quiet();
  }

  static UsageGroups read(
      Database database,
      UsageQuery query,
      Optional<UsageDimension> by,
      List<Instant> starts,
      int groupsMax) {
    var grouping = new UsageGrouping(query, starts.size());
    UsageSums all = UsageSums.of(query);
    Select<Record> whole =
        sql.select(columns(DSL.inline(TOTAL), DSL.inline("")))
            .from(all.over(starts, query.start(), query.end()))
            .where(all.which())
            .groupBy(UsageSums.BUCKET);
    Optional<UsageDimension> rows = by.filter(one -> one != UsageDimension.TOKEN_TYPE);
    // One statement, thus of one moment: the groups never exceed the whole.
    Select<Record> sums =
        rows.map(
                one ->
                    whole.unionAll(
                        starts.size() == 1
                            ? largestAsOne(query, one, starts, groupsMax)
                            : largest(query, one, starts, groupsMax)))
            .orElse(whole);
    boolean ofProviders = by.equals(Optional.of(UsageDimension.PROVIDER));
    database.list(
        ofProviders ? labelled(sums.asTable("sums")) : sums,
        row -> grouping.add(row, by, ofProviders));
    return grouping.result(rows.isPresent());
  }

  private static List<SelectField<?>> columns(Field<Integer> part, Field<String> key) {
    return columns(UsageSums.BUCKET, part, key);
  }

  private static List<SelectField<?>> columns(
      Field<Integer> bucket, Field<Integer> part, Field<String> key) {
    List<SelectField<?>> columns = new ArrayList<>(UsageColumns.sums());
    columns.addAll(List.of(bucket.as(BUCKET), part.as(PART), key.as(KEY)));
    return columns;
  }

  /** Sums of the groups of the largest spend: those groups first, then their buckets. */
  private static Select<Record> largest(
      UsageQuery query, UsageDimension by, List<Instant> starts, int groupsMax) {
    UsageSums sums = UsageSums.of(query, by);
    Field<String> key = UsageSums.key(by);
    Table<?> largest =
        sql.select(key.as("largest_key"))
            .from(sums.over(query.start(), query.end()))
            .where(sums.which())
            .groupBy(key)
            .having(UsageColumns.someRequests())
            .orderBy(byFallingSpend(query, key))
            .limit(groupsMax)
            .asTable("largest");
    Field<String> kept = DSL.field(DSL.name("largest", "largest_key"), String.class);
    return sql.select(columns(DSL.inline(GROUP), kept))
        .from(sums.over(starts, query.start(), query.end()))
        .join(largest)
        .on(kept.eq(key))
        .where(sums.which())
        .groupBy(UsageSums.BUCKET, kept);
  }

  /** The same where all time is one bucket: what makes them the largest are their sums. */
  private static Select<Record> largestAsOne(
      UsageQuery query, UsageDimension by, List<Instant> starts, int groupsMax) {
    UsageSums sums = UsageSums.of(query, by);
    Field<String> key = UsageSums.key(by);
    return sql.select(columns(DSL.inline(0), DSL.inline(GROUP), key))
        .from(sums.over(starts, query.start(), query.end()))
        .where(sums.which())
        .groupBy(key)
        .having(UsageColumns.someRequests())
        .orderBy(byFallingSpend(query, key))
        .limit(groupsMax);
  }

  private static List<OrderField<?>> byFallingSpend(UsageQuery query, Field<String> key) {
    Field<Long> cost =
        query.costTypes().isEmpty()
            ? UsageColumns.totalCost()
            : UsageColumns.cost(query.costTypes());
    return List.of(DSL.sum(cost).desc(), DSL.sum(UsageColumns.REQUESTS).desc(), key);
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

  private boolean add(Row row, Optional<UsageDimension> by, boolean ofProviders) {
    int index = row.getInteger(BUCKET);
    SpendingStats stats = query.narrowed(UsageColumns.stats(row));
    if (row.getInteger(PART) == TOTAL) {
      total.set(index, stats);
      if (by.equals(Optional.of(UsageDimension.TOKEN_TYPE))) {
        split(stats).forEach((type, part) -> put(type.wireName(), index, part));
      }
      return true;
    }
    String key = row.getString(KEY);
    put(key, index, stats);
    if (ofProviders) {
      labels.put(key, label(row, key));
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

  /**
   * The groups that were read.
   *
   * @param partsAll whether what is missing from the total is that of other groups
   */
  private UsageGroups result(boolean partsAll) {
    List<SpendingStats> others = partsAll ? others() : quiet();
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
        all ? largest.toList() : Stream.concat(largest, Stream.of(rest(others))).toList(), total);
  }

  /** What the groups leave of the total. */
  private List<SpendingStats> others() {
    return IntStream.range(0, buckets)
        .mapToObj(
            bucket ->
                groups.values().stream()
                    .map(group -> group.get(bucket))
                    .reduce(total.get(bucket), SpendingStats::minus))
        .toList();
  }

  private static UsageGroup rest(List<SpendingStats> others) {
    return new UsageGroup("others", "All others", false, true, Optional.empty(), others);
  }
}
