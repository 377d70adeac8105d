package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.USAGE_KEY;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;
import static dev.adp.store.schema.Tables.USAGE_SUM;

import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageQuery;
import dev.adp.store.UsageSpan.Stretch;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.SelectConditionStep;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Sums as a table to read from: those of the fewest dimensions and the longest spans of time that
 * make up what is asked for. What a reading costs depends on the buckets and groups that it shows,
 * not on how often models were called.
 *
 * @param which keys of the cube
 */
record UsageSums(UsageCube cube, Condition which) {
  private static final String STRETCH = "stretch";

  /** In which bucket of time a sum lies, from 0. */
  static final Field<Integer> BUCKET = DSL.field(DSL.name(STRETCH, "bucket"), Integer.class);

  /** 1, or -1 of a sum that is taken off. */
  static final Field<Integer> SIGN = DSL.field(DSL.name(STRETCH, "sign"), Integer.class);

  /**
   * What a query selects.
   *
   * @param by dimensions that its sums must know beside those of its filters
   */
  static UsageSums of(UsageQuery query, UsageDimension... by) {
    Set<UsageDimension> needed = EnumSet.noneOf(UsageDimension.class);
    needed.addAll(List.of(by));
    Condition which = DSL.noCondition();
    if (!query.providers().isEmpty()) {
      needed.add(UsageDimension.PROVIDER);
      which = which.and(USAGE_KEY.PROVIDER_UID.in(providers(query.providers())));
    }
    if (!query.models().isEmpty()) {
      needed.add(UsageDimension.MODEL);
      which = which.and(USAGE_KEY.MODEL.in(query.models()));
    }
    if (!query.users().isEmpty()) {
      needed.add(UsageDimension.USER);
      which = which.and(USAGE_KEY.USER_NAME.in(query.users()));
    }
    if (!query.agents().isEmpty()) {
      needed.add(UsageDimension.AGENT);
      which = which.and(USAGE_KEY.AGENT.in(query.agents()));
    }
    return of(UsageCube.of(needed), which);
  }

  static UsageSums of(UsageCube cube, Condition which) {
    return new UsageSums(cube, USAGE_KEY.CUBE.eq(DSL.inline(cube.number())).and(which));
  }

  /** Providers that exist by their names, any by their uids. */
  static Select<Record1<UUID>> providers(Set<String> namesOrUids) {
    return sql.select(LLM_PROVIDER.UID)
        .from(LLM_PROVIDER)
        .where(
            LLM_PROVIDER
                .NAME
                .in(namesOrUids)
                .and(LLM_PROVIDER.DELETED_AT.isNull())
                .or(LLM_PROVIDER.UID.cast(String.class).in(namesOrUids)));
  }

  /** What a sum is of, as the key of a group. */
  static Field<String> key(UsageDimension by) {
    return switch (by) {
      case PROVIDER -> USAGE_KEY.PROVIDER_UID.cast(String.class);
      case PROVIDER_TYPE -> USAGE_KEY.PROVIDER_TYPE;
      case MODEL -> USAGE_KEY.MODEL;
      case USER -> USAGE_KEY.USER_NAME;
      case AGENT -> USAGE_KEY.AGENT;
      case TOKEN_TYPE -> DSL.inline(""); // Columns, not rows.
    };
  }

  /** All of a stretch of time as one bucket. */
  Table<?> over(Instant start, Instant end) {
    return over(List.of(start), start, end);
  }

  /**
   * The keys of a cube with their sums, a row for each span of time, some of them less than
   * nothing; to be narrowed by {@link #which}.
   *
   * @param starts of the buckets of time; the first may begin before the time does
   */
  Table<?> over(List<Instant> starts, Instant start, Instant end) {
    List<Stretch> stretches = UsageSpan.cut(cube.spans(), starts, start, end);
    boolean ofRollups =
        cube.quarters() == UsageCube.Quarters.OF_ROLL_UPS
            && stretches.stream().anyMatch(s -> s.span() == UsageSpan.QUARTER_HOUR);
    // An offset keeps the planner from joining the other way round, which reads all sums there are.
    Table<?> parts = (ofRollups ? withRollups() : sums().offset(0)).asTable("part");
    return USAGE_KEY.crossJoin(sinceFirst(table(stretches))).crossJoin(DSL.lateral(parts));
  }

  /**
   * Without the stretches before the month of the first call: each would be looked for, key by key.
   */
  private static Table<?> sinceFirst(Table<?> stretches) {
    Field<OffsetDateTime> first =
        DSL.field(
            sql.select(DSL.min(USAGE_SUM.BUCKET_START))
                .from(USAGE_SUM)
                .where(
                    USAGE_SUM.SPAN.eq(DSL.inline((short) UsageSpan.MONTH.number())),
                    USAGE_SUM.KEY_ID.eq(
                        DSL.field(
                            sql.select(USAGE_KEY.as("all_of").ID)
                                .from(USAGE_KEY.as("all_of"))
                                .where(
                                    USAGE_KEY
                                        .as("all_of")
                                        .CUBE
                                        .eq(DSL.inline(UsageCube.TOTAL.number())))))));
    return sql.select(DSL.asterisk())
        .from(stretches)
        .where(DSL.condition("{0} > {1}", DSL.field(DSL.name(STRETCH, "to_at")), first))
        .asTable(STRETCH);
  }

  /** Stretches as rows to join. */
  static Table<?> table(List<Stretch> stretches) {
    return DSL.table(
            "unnest({0}::integer[], {1}::timestamptz[], {2}::timestamptz[], {3}::integer[], {4}::integer[])",
            DSL.val(stretches.stream().map(s -> s.span().number()).toArray(Integer[]::new)),
            DSL.val(times(stretches.stream().map(Stretch::from))),
            DSL.val(times(stretches.stream().map(Stretch::to))),
            DSL.val(stretches.stream().map(Stretch::sign).toArray(Integer[]::new)),
            DSL.val(stretches.stream().map(Stretch::bucket).toArray(Integer[]::new)))
        .as(STRETCH, "span", "from_at", "to_at", "sign", "bucket");
  }

  private static OffsetDateTime[] times(Stream<Instant> times) {
    return times.map(Times::of).toArray(OffsetDateTime[]::new);
  }

  private static SelectConditionStep<Record> sums() {
    return sql.select(UsageColumns.measures(USAGE_SUM, SIGN))
        .from(USAGE_SUM)
        .where(
            USAGE_SUM.KEY_ID.eq(USAGE_KEY.ID),
            ofSpan(USAGE_SUM.SPAN),
            within(USAGE_SUM.BUCKET_START));
  }

  private Select<?> withRollups() {
    Table<?> both =
        sums()
            .unionAll(
                sql.select(UsageColumns.measures(USAGE_ROLLUP, SIGN))
                    .from(USAGE_ROLLUP)
                    .where(
                        ofSpan(DSL.inline((short) UsageSpan.QUARTER_HOUR.number())),
                        of(
                            UsageDimension.PROVIDER,
                            USAGE_ROLLUP.PROVIDER_UID,
                            USAGE_KEY.PROVIDER_UID),
                        of(UsageDimension.MODEL, USAGE_ROLLUP.MODEL, USAGE_KEY.MODEL),
                        of(UsageDimension.USER, USAGE_ROLLUP.USER_NAME, USAGE_KEY.USER_NAME),
                        of(UsageDimension.AGENT, USAGE_ROLLUP.AGENT, USAGE_KEY.AGENT),
                        within(USAGE_ROLLUP.BUCKET_START)))
            .asTable("both");
    return sql.select(both.fields()).from(both).offset(0);
  }

  private <T> Condition of(UsageDimension dimension, Field<T> rollup, Field<T> key) {
    return cube.has(dimension) ? rollup.eq(key) : DSL.noCondition();
  }

  /** Whether a column is the span of the stretch that it is joined to. */
  static Condition ofSpan(Field<Short> span) {
    return DSL.condition("{0} = {1}", span, DSL.field(DSL.name(STRETCH, "span")));
  }

  /** Whether a time lies in the stretch that it is joined to. */
  static Condition within(Field<OffsetDateTime> start) {
    return DSL.condition(
        "{0} >= {1} and {0} < {2}",
        start, DSL.field(DSL.name(STRETCH, "from_at")), DSL.field(DSL.name(STRETCH, "to_at")));
  }

  /** The days of a zone, each beginning at its midnight there. */
  static List<Instant> midnights(LocalDate first, int days, ZoneId zone) {
    return Stream.iterate(first, day -> day.plusDays(1))
        .limit(days)
        .map(day -> day.atStartOfDay(zone).toInstant())
        .toList();
  }
}
