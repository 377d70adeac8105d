package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_MODEL;
import static dev.adp.store.schema.Tables.USAGE_KEY;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonEntry;
import static org.jooq.impl.DSL.jsonbObjectAgg;
import static org.jooq.impl.DSL.sum;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.Page;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderOverview;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.Slice;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.impl.DSL;

/** Pages of providers, each one statement whatever the number of rows. */
final class ProviderPage {
  private static final int DAYS = 7;
  private static final RowOrder.Columns<LlmProvider> COLUMNS =
      new RowOrder.Columns<>(
          LLM_PROVIDER.NAME,
          provider -> provider.name().value(),
          LLM_PROVIDER.DISPLAY_NAME,
          LlmProvider::displayName,
          LLM_PROVIDER.CREATED_AT,
          LlmProvider::createdAt,
          LLM_PROVIDER.UPDATED_AT,
          LlmProvider::updatedAt);

  private ProviderPage() {}

  static Slice<LlmProvider> providers(
      Database database, ProviderQuery query, int rowsMax, Optional<PageKey> after) {
    var order = COLUMNS.by(query.order());
    var rows =
        database.list(
            ProviderRows.select()
                .where(matches(query))
                .and(after.map(order::behind).orElseGet(DSL::noCondition))
                .orderBy(order.fields())
                .limit(rowsMax + 1),
            ProviderRows::read);
    return Slice.of(rows, rowsMax, order::key);
  }

  static Page<ProviderOverview> overviews(
      Database database, ProviderQuery query, int rowsMax, int offset, Instant now, ZoneId zone) {
    var rows =
        database.list(
            overviews(query, rowsMax, offset, LocalDate.ofInstant(now, zone), zone),
            row -> new Counted<>(overview(row), row.getLong("total")));
    // A page beyond the last row has nothing to carry the total: it is asked for alone.
    long total =
        rows.isEmpty() && offset > 0
            ? database.first(sql.select(total(query)), row -> row.getLong(0)).orElse(0L)
            : rows.stream().findFirst().map(Counted::total).orElse(0L);
    return new Page<>(rows.stream().map(Counted::row).toList(), total);
  }

  /**
   * Says first which rows the page has: beside an offset, PostgreSQL works out the sums of those
   * that it skips, too.
   */
  static Select<Record> overviews(
      ProviderQuery query, int rowsMax, int offset, LocalDate today, ZoneId zone) {
    var order = COLUMNS.by(query.order());
    return ProviderRows.select(total(query), spend(today, zone).as("spend"))
        .where(
            LLM_PROVIDER.UID.in(
                sql.select(LLM_PROVIDER.UID)
                    .from(LLM_PROVIDER)
                    .where(matches(query))
                    .orderBy(order.fields())
                    .limit(rowsMax)
                    .offset(offset)))
        .orderBy(order.fields());
  }

  private record Counted<T>(T row, long total) {}

  private static Field<Integer> total(ProviderQuery query) {
    return field(sql.select(count()).from(LLM_PROVIDER).where(matches(query))).as("total");
  }

  private static Condition matches(ProviderQuery query) {
    Condition condition = LLM_PROVIDER.DELETED_AT.isNull();
    if (!query.types().isEmpty()) {
      condition = condition.and(LLM_PROVIDER.TYPE.in(query.types()));
    }
    if (!query.nameContains().isEmpty()) {
      condition =
          condition.and(
              LLM_PROVIDER
                  .NAME
                  .containsIgnoreCase(query.nameContains())
                  .or(LLM_PROVIDER.DISPLAY_NAME.containsIgnoreCase(query.nameContains())));
    }
    if (!query.model().isEmpty()) {
      condition =
          condition.and(
              exists(
                  sql.selectOne()
                      .from(LLM_PROVIDER_MODEL)
                      .where(
                          LLM_PROVIDER_MODEL.PROVIDER_UID.eq(LLM_PROVIDER.UID),
                          LLM_PROVIDER_MODEL.NAME.eq(query.model()))));
    }
    return condition.and(query.enabled().map(LLM_PROVIDER.ENABLED::eq).orElseGet(DSL::noCondition));
  }

  /** Cost per local day, and all unpriced tokens, as one JSON object per provider. */
  private static Field<JSONB> spend(LocalDate today, ZoneId zone) {
    List<Instant> midnights = UsageSums.midnights(today.minusDays(DAYS - 1L), DAYS + 1, zone);
    UsageSums sums = UsageSums.of(UsageCube.PROVIDER, USAGE_KEY.PROVIDER_UID.eq(LLM_PROVIDER.UID));
    var days =
        sql.select(
                UsageSums.BUCKET.cast(String.class).as("day"),
                sum(UsageColumns.totalCost()).as("cost"),
                sum(UsageColumns.UNPRICED).as("unpriced"))
            .from(sums.over(midnights.subList(0, DAYS), midnights.getFirst(), midnights.getLast()))
            .where(sums.which())
            .groupBy(UsageSums.BUCKET)
            .asTable("days");
    return field(
        sql.select(
                coalesce(
                    jsonbObjectAgg(
                        jsonEntry(
                            days.field("day", String.class),
                            DSL.jsonbArray(days.field("cost"), days.field("unpriced")))),
                    inline(JSONB.jsonb("{}"))))
            .from(days));
  }

  private static ProviderOverview overview(Row row) {
    JsonObject spend = row.getJsonObject("spend");
    return new ProviderOverview(
        ProviderRows.read(row),
        IntStream.range(0, DAYS)
            .mapToObj(day -> spend.getJsonArray(String.valueOf(day)))
            .map(day -> day == null ? 0L : day.getLong(0))
            .toList(),
        spend.fieldNames().stream().mapToLong(day -> spend.getJsonArray(day).getLong(1)).sum());
  }
}
