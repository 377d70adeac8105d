package dev.adp.store;

import static dev.adp.domain.Permission.SPENDING_GET;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.USAGE_KEY;

import dev.adp.domain.Actor;
import dev.adp.domain.ModelLatency;
import dev.adp.domain.ProviderUsage;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SpendingStats;
import dev.adp.domain.UnpricedUsage;
import dev.adp.domain.UsageDimension;
import dev.adp.domain.UsageGroups;
import dev.adp.domain.UsageQuery;
import java.math.BigDecimal;
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
import java.util.Set;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.SelectField;
import org.jooq.impl.DSL;

/** What was used and what it cost, read from its sums. */
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
    List<SelectField<?>> columns = new ArrayList<>(UsageColumns.sums());
    columns.add(UsageSums.BUCKET);
    columns.add(USAGE_KEY.MODEL);
    List<SpendingStats> days = new ArrayList<>(Collections.nCopies(DAYS, SpendingStats.NONE));
    Map<String, List<SpendingStats>> models = new HashMap<>();
    UsageSums sums = UsageSums.of(UsageCube.PROVIDER_MODEL, USAGE_KEY.PROVIDER_UID.eq(providerUid));
    List<Instant> midnights = UsageSums.midnights(first, DAYS + 1, zone);
    database.list(
        sql.select(columns)
            .from(sums.over(midnights.subList(0, DAYS), midnights.getFirst(), midnights.getLast()))
            .where(sums.which())
            .groupBy(UsageSums.BUCKET, USAGE_KEY.MODEL)
            .having(UsageColumns.someRequests()),
        row -> {
          int index = row.getInteger("bucket");
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
    UsageQuery asked = upToNow(query);
    UsageSums sums = UsageSums.of(asked);
    return database
        .first(
            sql.select(UsageColumns.sums())
                .from(sums.over(asked.start(), asked.end()))
                .where(sums.which()),
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
    return UsageGrouping.read(database, upToNow(query), by, bucketStarts, groupsMax);
  }

  /**
   * What has no price, by falling number of tokens.
   *
   * @param rowsMax those of the most tokens
   */
  public List<UnpricedUsage> unpriced(Actor actor, UsageQuery query, int rowsMax) {
    actor.require(SPENDING_GET);
    UsageQuery asked = upToNow(query);
    UsageSums sums = UsageSums.of(asked, UsageDimension.PROVIDER, UsageDimension.MODEL);
    Field<Long> tokens = DSL.sum(UsageColumns.UNPRICED).cast(Long.class).as("tokens");
    return database.list(
        sql.select(
                USAGE_KEY.PROVIDER_UID,
                USAGE_KEY.MODEL,
                LLM_PROVIDER.NAME,
                LLM_PROVIDER.DISPLAY_NAME,
                LLM_PROVIDER.DELETED_AT,
                tokens)
            .from(sums.over(asked.start(), asked.end()))
            .leftJoin(LLM_PROVIDER)
            .on(LLM_PROVIDER.UID.eq(USAGE_KEY.PROVIDER_UID))
            .where(sums.which())
            .groupBy(
                USAGE_KEY.PROVIDER_UID,
                USAGE_KEY.MODEL,
                LLM_PROVIDER.NAME,
                LLM_PROVIDER.DISPLAY_NAME,
                LLM_PROVIDER.DELETED_AT)
            .having(DSL.sum(UsageColumns.UNPRICED).gt(DSL.inline(BigDecimal.ZERO)))
            .orderBy(tokens.desc(), USAGE_KEY.PROVIDER_UID, USAGE_KEY.MODEL)
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

  /**
   * How long calls took, of the models that are asked for. Whole hours of UTC count, and calls of
   * all users and agents: what is kept of each call is only in which bin it falls.
   */
  public List<ModelLatency> latencies(Actor actor, UsageQuery query, List<String> models) {
    actor.require(SPENDING_GET);
    return UsageLatencies.read(database, upToNow(query), models);
  }

  /**
   * A query that ends in the quarter of an hour that is not over, as most do, ends with the present
   * ten days: there are no calls of the time to come, and whole spans of time are fewer sums than
   * parts of them. One that ends later is asked as it is.
   */
  private UsageQuery upToNow(UsageQuery query) {
    Instant now = clock.instant();
    Instant end = UsageSpan.TEN_DAYS.ceil(now);
    boolean goesOn =
        !query.start().isAfter(now) && query.end().isAfter(UsageSpan.QUARTER_HOUR.floor(now));
    return goesOn && query.end().isBefore(end) ? query.during(query.start(), end) : query;
  }

  /** Since when records are kept: what was called before can be priced no more. */
  public Instant recordsSince(Actor actor) {
    actor.require(SPENDING_GET);
    return UsageRetention.recordsSince(database);
  }

  /** How providers are called, by what a filter calls them: their names, or uids of any. */
  public Map<String, String> providerNames(Actor actor, Set<String> namesOrUids) {
    actor.require(SPENDING_GET);
    Map<String, String> names = new HashMap<>();
    database.list(
        sql.select(LLM_PROVIDER.UID, LLM_PROVIDER.NAME, LLM_PROVIDER.DISPLAY_NAME)
            .from(LLM_PROVIDER)
            .where(LLM_PROVIDER.UID.in(UsageSums.providers(namesOrUids))),
        row -> {
          names.put(row.getUUID("uid").toString(), row.getString("display_name"));
          if (namesOrUids.contains(row.getString("name"))) {
            names.putIfAbsent(row.getString("name"), row.getString("display_name"));
          }
          return true;
        });
    return names;
  }
}
