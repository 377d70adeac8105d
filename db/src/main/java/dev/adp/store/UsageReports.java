package dev.adp.store;

import static dev.adp.domain.Permission.SPENDING_GET;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.USAGE_ROLLUP;

import dev.adp.domain.Actor;
import dev.adp.domain.ProviderUsage;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.UnpricedUsage;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SelectField;
import org.jooq.impl.DSL;

/** What was used and what it cost, read from the quarter-hour sums. */
public final class UsageReports {
  private static final int DAYS = 7;

  private final Database database;
  private final Clock clock;

  public UsageReports(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * What a provider has used in the last seven days.
   *
   * @param zone whose midnights part the days
   */
  public ProviderUsage lastSevenDays(Actor actor, UUID providerUid, ZoneId zone) {
    actor.require(SPENDING_GET);
    LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
    LocalDate first = today.minusDays(DAYS - 1L);
    Field<String> day = UsageColumns.day(zone).as("day");
    List<SelectField<?>> columns = new ArrayList<>(UsageColumns.sums());
    columns.add(day);
    columns.add(USAGE_ROLLUP.MODEL);
    List<SpendingStats> days = new ArrayList<>(Collections.nCopies(DAYS, SpendingStats.NONE));
    Map<String, List<SpendingStats>> models = new HashMap<>();
    database.list(
        sql.select(columns)
            .from(USAGE_ROLLUP)
            .where(
                USAGE_ROLLUP.PROVIDER_UID.eq(providerUid),
                USAGE_ROLLUP.BUCKET_START.ge(Times.of(first.atStartOfDay(zone).toInstant())),
                USAGE_ROLLUP.BUCKET_START.lt(
                    Times.of(today.plusDays(1).atStartOfDay(zone).toInstant())))
            .groupBy(day, USAGE_ROLLUP.MODEL),
        row -> {
          int index =
              (int) (LocalDate.parse(row.getString("day")).toEpochDay() - first.toEpochDay());
          SpendingStats stats = UsageColumns.stats(row);
          days.set(index, days.get(index).plus(stats));
          models
              .computeIfAbsent(
                  row.getString("model"),
                  _ -> new ArrayList<>(Collections.nCopies(DAYS, SpendingStats.NONE)))
              .set(index, stats);
          return true;
        });
    return new ProviderUsage(first, days, models);
  }

  /** Sums over everything that the query selects. */
  public SpendingStats summary(Actor actor, UsageQuery query) {
    actor.require(SPENDING_GET);
    return database
        .first(
            sql.select(UsageColumns.sums()).from(USAGE_ROLLUP).where(matches(query)),
            row -> query.narrowed(UsageColumns.stats(row)))
        .orElseThrow();
  }

  /**
   * Everything that the query selects, cut into groups and buckets of time. The groups of any
   * dimension add up to the total.
   *
   * @param by empty = no groups, only the total
   * @param groupsMax those of the largest spend; all others become one more
   */
  public UsageGroups groups(
      Actor actor,
      UsageQuery query,
      Optional<UsageDimension> by,
      List<Instant> bucketStarts,
      int groupsMax) {
    actor.require(SPENDING_GET);
    return UsageGrouping.read(database, query, matches(query), by, bucketStarts, groupsMax);
  }

  /**
   * What has no price, by falling number of tokens.
   *
   * @param rowsMax those of the most tokens
   */
  public List<UnpricedUsage> unpriced(Actor actor, UsageQuery query, int rowsMax) {
    actor.require(SPENDING_GET);
    Field<Long> tokens = DSL.sum(USAGE_ROLLUP.UNPRICED_TOKENS).cast(Long.class).as("tokens");
    return database.list(
        sql.select(
                USAGE_ROLLUP.PROVIDER_UID,
                USAGE_ROLLUP.MODEL,
                LLM_PROVIDER.NAME,
                LLM_PROVIDER.DISPLAY_NAME,
                LLM_PROVIDER.DELETED_AT,
                tokens)
            .from(USAGE_ROLLUP)
            .leftJoin(LLM_PROVIDER)
            .on(LLM_PROVIDER.UID.eq(USAGE_ROLLUP.PROVIDER_UID))
            .where(matches(query), USAGE_ROLLUP.UNPRICED_TOKENS.gt(0L))
            .groupBy(
                USAGE_ROLLUP.PROVIDER_UID,
                USAGE_ROLLUP.MODEL,
                LLM_PROVIDER.NAME,
                LLM_PROVIDER.DISPLAY_NAME,
                LLM_PROVIDER.DELETED_AT)
            .orderBy(tokens.desc(), USAGE_ROLLUP.PROVIDER_UID, USAGE_ROLLUP.MODEL)
            .limit(rowsMax),
        row -> {
          boolean gone =
              row.getString("name") == null || row.getOffsetDateTime("deleted_at") != null;
          return new UnpricedUsage(
              gone ? Optional.empty() : Optional.of(new ResourceId(row.getString("name"))),
              Objects.requireNonNullElse(
                  row.getString("display_name"), row.getUUID("provider_uid").toString()),
              row.getString("model"),
              row.getLong("tokens"));
        });
  }

  private static Condition matches(UsageQuery query) {
    Condition condition =
        USAGE_ROLLUP
            .BUCKET_START
            .ge(Times.of(query.start()))
            .and(USAGE_ROLLUP.BUCKET_START.lt(Times.of(query.end())));
    if (!query.providers().isEmpty()) {
      condition =
          condition.and(
              USAGE_ROLLUP.PROVIDER_UID.in(
                  sql.select(LLM_PROVIDER.UID)
                      .from(LLM_PROVIDER)
                      .where(
                          LLM_PROVIDER
                              .NAME
                              .in(query.providers())
                              .and(LLM_PROVIDER.DELETED_AT.isNull())
                              .or(LLM_PROVIDER.UID.cast(String.class).in(query.providers())))));
    }
    if (!query.models().isEmpty()) {
      condition = condition.and(USAGE_ROLLUP.MODEL.in(query.models()));
    }
    if (!query.users().isEmpty()) {
      condition = condition.and(USAGE_ROLLUP.USER_NAME.in(query.users()));
    }
    if (!query.agents().isEmpty()) {
      condition = condition.and(USAGE_ROLLUP.AGENT.in(query.agents()));
    }
    return condition;
  }
}
