package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.adp.domain.ModelPrice;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import dev.adp.domain.Tokens;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Row5;
import org.jooq.impl.DSL;

/**
 * Records with tokens that had no price. Some never get one, and there may be millions of these: so
 * only their kinds are looked at, once for a window of records, and none of them is read.
 */
final class UnpricedCalls {
  /** Kinds that one statement asks for. */
  private static final int KINDS_MAX = 200;

  private static final List<Field<Long>> TOKENS =
      List.of(
          USAGE_RECORD.TOKENS_INPUT,
          USAGE_RECORD.TOKENS_OUTPUT,
          USAGE_RECORD.TOKENS_CACHED,
          USAGE_RECORD.TOKENS_CACHE_CREATION_5M,
          USAGE_RECORD.TOKENS_CACHE_CREATION_1H,
          USAGE_RECORD.TOKENS_CACHE_CREATION_UNKNOWN_TTL,
          USAGE_RECORD.TOKENS_REASONING,
          USAGE_RECORD.TOKENS_TOOL_USE_INPUT);

  private static final Field<String> TIER = DSL.coalesce(USAGE_RECORD.SERVICE_TIER, DSL.inline(""));

  private UnpricedCalls() {}

  /** A place in the order of records. */
  record Place(OffsetDateTime at, UUID id) {
    static final Place FIRST =
        new Place(OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), new UUID(0, 0));

    static Place of(Row row) {
      return new Place(row.getOffsetDateTime("started_at"), row.getUUID("id"));
    }

    private Condition before() {
      return DSL.row(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID).gt(at, id);
    }

    private Condition upTo() {
      return DSL.row(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID).le(at, id);
    }
  }

  /**
   * A stretch of records.
   *
   * @param end its last one; empty = all that come after the start
   */
  record Window(Place start, Optional<Place> end) {
    private Condition holds() {
      return USAGE_RECORD
          .UNPRICED_TOKENS
          .gt(0L)
          .and(start.before())
          .and(end.map(Place::upTo).orElseGet(DSL::noCondition));
    }

    Window from(Place place) {
      return new Window(place, end);
    }
  }

  /** All that the price of a call depends on beside its time and its tokens. */
  private record Kind(
      UUID provider, String type, String model, String modelAnswered, String serviceTier) {
    private Row5<UUID, String, String, String, String> row() {
      return DSL.row(provider, type, model, modelAnswered, serviceTier);
    }
  }

  /** How the calls of a kind lie in time. */
  private record Span(Kind kind, Instant first, Instant last) {}

  /** The next records that wait. */
  static Window window(Database.Tx tx, Place start, int rowsMax) {
    return new Window(
        start,
        tx.first(
            sql.select(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID)
                .from(USAGE_RECORD)
                .where(new Window(start, Optional.empty()).holds())
                .orderBy(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID)
                .offset(rowsMax - 1)
                .limit(1),
            Place::of));
  }

  /**
   * What to ask for to find the records of a window that get a better price, and hardly any other.
   *
   * @param own the rates of the providers themselves
   */
  static List<Condition> priceable(
      Database.Tx tx, Window window, PriceCatalog catalog, Map<Repricing.Model, Rates> own) {
    List<Instant> changes =
        catalog.rows().stream().map(ModelPrice::effectiveFrom).distinct().toList();
    Map<List<Boolean>, List<Kind>> byPricedBuckets =
        spans(tx, window).stream()
            .collect(
                groupingBy(
                    span -> pricedBuckets(span, catalog, changes, own),
                    mapping(Span::kind, toList())));
    var conditions = new ArrayList<Condition>();
    byPricedBuckets.forEach(
        (priced, kinds) -> {
          if (priced.contains(true)) {
            for (int i = 0; i < kinds.size(); i += KINDS_MAX) {
              conditions.add(
                  better(priced, kinds.subList(i, Math.min(kinds.size(), i + KINDS_MAX))));
            }
          }
        });
    return conditions;
  }

  private static List<Span> spans(Database.Tx tx, Window window) {
    return tx.list(
        sql.select(
                USAGE_RECORD.PROVIDER_UID,
                USAGE_RECORD.PROVIDER_TYPE,
                USAGE_RECORD.MODEL,
                USAGE_RECORD.MODEL_ANSWERED,
                TIER.as("tier"),
                DSL.min(USAGE_RECORD.STARTED_AT).as("first"),
                DSL.max(USAGE_RECORD.STARTED_AT).as("last"))
            .from(USAGE_RECORD)
            .where(window.holds())
            .groupBy(
                USAGE_RECORD.PROVIDER_UID,
                USAGE_RECORD.PROVIDER_TYPE,
                USAGE_RECORD.MODEL,
                USAGE_RECORD.MODEL_ANSWERED,
                TIER),
        row ->
            new Span(
                new Kind(
                    row.getUUID("provider_uid"),
                    row.getString("provider_type"),
                    row.getString("model"),
                    row.getString("model_answered"),
                    row.getString("tier")),
                Times.read(row, "first"),
                Times.read(row, "last")));
  }

  /**
   * Which buckets of tokens have a price at any of the times that the calls of a kind were made at.
   * Long prompts have a price wherever short ones have.
   */
  private static List<Boolean> pricedBuckets(
      Span span, PriceCatalog catalog, List<Instant> changes, Map<Repricing.Model, Rates> own) {
    Kind kind = span.kind();
    Rates rates = own.getOrDefault(new Repricing.Model(kind.provider(), kind.model()), Rates.NONE);
    var tariffs =
        Stream.concat(
                Stream.of(span.first()),
                changes.stream().filter(at -> at.isAfter(span.first()) && !at.isAfter(span.last())))
            .map(
                at ->
                    catalog.tariff(
                        kind.type(),
                        kind.model(),
                        kind.modelAnswered(),
                        kind.serviceTier(),
                        rates,
                        Long.MAX_VALUE,
                        at))
            .distinct()
            .toList();
    return Stream.iterate(0, i -> i + 1)
        .limit(TOKENS.size())
        .map(
            bucket ->
                tariffs.stream().anyMatch(t -> t.cost(oneToken(bucket)).unpricedTokens() == 0))
        .toList();
  }

  private static Tokens oneToken(int bucket) {
    long[] n = new long[TOKENS.size()];
    n[bucket] = 1;
    return new Tokens(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
  }

  /** Calls with more tokens that have no price than those of the buckets that have none. */
  private static Condition better(List<Boolean> priced, List<Kind> kinds) {
    Field<Long> without = DSL.inline(0L);
    for (int i = 0; i < TOKENS.size(); i++) {
      if (!priced.get(i)) {
        without = without.plus(TOKENS.get(i));
      }
    }
    return DSL.row(
            USAGE_RECORD.PROVIDER_UID,
            USAGE_RECORD.PROVIDER_TYPE,
            USAGE_RECORD.MODEL,
            USAGE_RECORD.MODEL_ANSWERED,
            TIER)
        .in(kinds.stream().map(Kind::row).toList())
        .and(USAGE_RECORD.UNPRICED_TOKENS.gt(without));
  }

  /** Records of a window in their order. */
  static List<Row> read(Database.Tx tx, Window window, Condition wanted, int rowsMax) {
    return tx.list(
        sql.selectFrom(USAGE_RECORD)
            .where(window.holds())
            .and(wanted)
            .orderBy(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID)
            .limit(rowsMax),
        Objects::requireNonNull);
  }
}
