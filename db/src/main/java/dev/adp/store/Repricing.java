package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_MODEL;

import dev.adp.domain.Cost;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import dev.adp.domain.RecordedText;
import dev.adp.domain.Tariff;
import dev.adp.domain.Tokens;
import dev.adp.store.UnpricedCalls.Place;
import dev.adp.store.UnpricedCalls.Window;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prices calls that had no price when they were made, once there is one: at their own time, in
 * batches, whenever prices change. One instance works at a time; a batch is one transaction, so
 * this may be killed at any moment.
 */
public final class Repricing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Repricing.class);
  private static final long ADVISORY_LOCK = 0x61_64_70_02;
  private static final int BATCH_ROWS = 500;

  /** Records whose kinds are looked at together. */
  private static final int WINDOW_ROWS = 50_000;

  private static final long LOOK_MS = 5_000;

  private final Database database;
  private final ProviderSnapshot snapshot;
  private final int windowRows;
  private final Thread thread;
  private volatile boolean closed;
  private long passNanos;

  /** A model by the name that callers use. */
  record Model(UUID provider, String name) {}

  public Repricing(Database database, ProviderSnapshot snapshot) {
    this(database, snapshot, WINDOW_ROWS);
  }

  Repricing(Database database, ProviderSnapshot snapshot, int windowRows) {
    this.database = database;
    this.snapshot = snapshot;
    this.windowRows = windowRows;
    this.thread = Thread.ofPlatform().name("adp-repricing").daemon().start(this::run);
  }

  private void run() {
    Object priced = "";
    while (!closed) {
      try {
        // A record may come late, from a gateway that was cut off: so now and then without a
        // change.
        Object prices = snapshot.prices();
        boolean due = System.nanoTime() - passNanos > TimeUnit.HOURS.toNanos(1);
        if ((due || !prices.equals(priced)) && pass().isPresent()) {
          priced = prices;
          passNanos = System.nanoTime();
        }
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.warn("cannot price calls that wait for a price: tried again", e);
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** What to look for in a window, and where it lies. */
  private record Search(Window window, List<Condition> conditions) {}

  /**
   * Looks at every call that waits for a price.
   *
   * @return how many got one; empty when another instance is at it
   */
  Optional<Integer> pass() {
    int priced = 0;
    Optional<Place> place = Optional.of(Place.FIRST);
    while (place.isPresent()) {
      Place start = place.get();
      Optional<Search> search = alone(tx -> search(tx, start));
      if (search.isEmpty()) {
        return Optional.empty();
      }
      for (Condition wanted : search.get().conditions()) {
        Optional<Integer> found = price(search.get().window(), wanted);
        if (found.isEmpty()) {
          return Optional.empty();
        }
        priced += found.get();
      }
      place = search.get().window().end();
    }
    if (priced > 0) {
      LOG.info("{} calls that waited for a price have one", priced);
    }
    long lost = unpricedForGood();
    if (lost > 0) {
      LOG.warn(
          "{} tokens stay without a price: they are from before {}, and records of then are gone",
          lost,
          UsageRetention.recordsSince(database));
    }
    return Optional.of(priced);
  }

  /** Tokens without a price whose records are not kept any more. */
  long unpricedForGood() {
    Instant kept = UsageRetention.recordsSince(database);
    if (kept.equals(Instant.EPOCH)) {
      return 0;
    }
    UsageSums sums = UsageSums.of(UsageCube.TOTAL, DSL.noCondition());
    return database
        .first(
            sql.select(DSL.coalesce(DSL.sum(UsageColumns.UNPRICED), DSL.inline(0)).cast(Long.class))
                .from(sums.over(Instant.EPOCH, kept))
                .where(sums.which()),
            row -> row.getLong(0))
        .orElse(0L);
  }

  private Search search(Database.Tx tx, Place start) {
    Window window = UnpricedCalls.window(tx, start, windowRows);
    return new Search(
        window, UnpricedCalls.priceable(tx, window, snapshot.catalog(), ownRates(tx)));
  }

  /** Works in one transaction unless another instance is at it. */
  private <T> Optional<T> alone(Function<Database.Tx, T> work) {
    return database.transaction(
        tx ->
            tx.first(
                    sql.select(
                        DSL.field(
                            "pg_try_advisory_xact_lock({0})",
                            Boolean.class, DSL.inline(ADVISORY_LOCK))),
                    row -> row.getBoolean(0))
                .filter(mine -> mine)
                .map(_ -> work.apply(tx)));
  }

  private Optional<Integer> price(Window window, Condition wanted) {
    int priced = 0;
    Optional<Window> rest = Optional.of(window);
    while (rest.isPresent()) {
      Window next = rest.get();
      Optional<Batch> batch = alone(tx -> step(tx, next, wanted));
      if (batch.isEmpty()) {
        return Optional.empty();
      }
      priced += batch.get().priced();
      rest = batch.get().last().map(next::from);
    }
    return Optional.of(priced);
  }

  /**
   * Some records that were looked at.
   *
   * @param last the last of them, when there may be more
   */
  private record Batch(int priced, Optional<Place> last) {}

  /**
   * Prices the next records. Nothing is locked to be looked at: whoever else changes the cost of a
   * record would have to be here.
   */
  private Batch step(Database.Tx tx, Window window, Condition wanted) {
    List<Row> rows = UnpricedCalls.read(tx, window, wanted, BATCH_ROWS);
    JsonArray priced = rows.isEmpty() ? new JsonArray() : priced(rows, ownRates(tx));
    if (!priced.isEmpty()) {
      ConversationSums.reprice(tx, priced);
      UsageAddition.in(
          tx,
          addition -> {
            addition.bring(UsageRows.REPRICE, Tuple.of(priced.encode()));
            return priced;
          });
    }
    return new Batch(
        priced.size(),
        rows.size() < BATCH_ROWS ? Optional.empty() : Optional.of(Place.of(rows.getLast())));
  }

  /** The rates of the providers themselves; those of deleted ones hold for their calls too. */
  private static Map<Model, Rates> ownRates(Database.Tx tx) {
    var rates = new HashMap<Model, Rates>();
    for (Row row :
        tx.list(
            sql.selectFrom(LLM_PROVIDER_MODEL)
                .where(
                    DSL.coalesce(
                            LLM_PROVIDER_MODEL.INPUT_PER_MILLION,
                            LLM_PROVIDER_MODEL.OUTPUT_PER_MILLION,
                            LLM_PROVIDER_MODEL.CACHED_INPUT_PER_MILLION,
                            LLM_PROVIDER_MODEL.CACHE_CREATION_5M_PER_MILLION,
                            LLM_PROVIDER_MODEL.CACHE_CREATION_1H_PER_MILLION)
                        .isNotNull()),
            row -> row)) {
      rates.put(
          new Model(row.getUUID("provider_uid"), RecordedText.of(row.getString("name"))),
          new Rates(
              Optional.ofNullable(row.getLong("input_per_million")),
              Optional.ofNullable(row.getLong("output_per_million")),
              Optional.ofNullable(row.getLong("cached_input_per_million")),
              Optional.ofNullable(row.getLong("cache_creation_5m_per_million")),
              Optional.ofNullable(row.getLong("cache_creation_1h_per_million"))));
    }
    return rates;
  }

  /** The records that leave fewer tokens without a price than before. */
  private JsonArray priced(List<Row> rows, Map<Model, Rates> own) {
    PriceCatalog catalog = snapshot.catalog();
    var priced = new JsonArray();
    for (Row row : rows) {
      var model = new Model(row.getUUID("provider_uid"), row.getString("model"));
      Tokens tokens = UsageColumns.tokens(row);
      Optional<Long> longestPrompt = Optional.ofNullable(row.getLong("longest_prompt"));
      Tariff tariff =
          catalog.tariff(
              row.getString("provider_type"),
              row.getString("model"),
              row.getString("model_answered"),
              Objects.requireNonNullElse(row.getString("service_tier"), ""),
              own.getOrDefault(model, Rates.NONE),
              longestPrompt.orElseGet(tokens::prompt),
              Times.read(row, "started_at"));
      if (longestPrompt.isPresent() && tariff.abovePromptTokens() > 0) {
        continue; // Of several prompts some are long: nobody knows any more how much of them is.
      }
      Cost cost = tariff.cost(tokens);
      if (cost.unpricedTokens() < row.getLong("unpriced_tokens")) {
        JsonObject json =
            new JsonObject()
                .put("started_at", row.getOffsetDateTime("started_at").toString())
                .put("id", row.getUUID("id").toString())
                .put("unpriced_tokens", cost.unpricedTokens())
                .put("catalog_version", catalog.version());
        UsageJson.cost(json::put, cost);
        priced.add(json);
      }
    }
    return priced;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
