package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_MODEL;
import static dev.adp.store.schema.Tables.USAGE_RECORD;

import dev.adp.domain.Cost;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import dev.adp.domain.RecordedText;
import dev.adp.domain.Tariff;
import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
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
  private static final long LOOK_MS = 5_000;

  private final Database database;
  private final ProviderSnapshot snapshot;
  private final Thread thread;
  private volatile boolean closed;
  private long passNanos;

  /** A place in the records that wait, and how many were priced on the way there. */
  private record Batch(OffsetDateTime at, UUID id, int priced, boolean last) {
    private static final Batch NONE =
        new Batch(
            OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), new UUID(0, 0), 0, false);
  }

  private record Model(UUID provider, String name) {}

  public Repricing(Database database, ProviderSnapshot snapshot) {
    this.database = database;
    this.snapshot = snapshot;
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

  /**
   * Looks at every call that waits for a price.
   *
   * @return how many got one; empty when another instance is at it
   */
  Optional<Integer> pass() {
    Batch batch = Batch.NONE;
    int priced = 0;
    while (!batch.last()) {
      Batch before = batch;
      Optional<Batch> next = database.transaction(tx -> step(tx, before));
      if (next.isEmpty()) {
        return Optional.empty();
      }
      batch = next.get();
      priced += batch.priced();
    }
    if (priced > 0) {
      LOG.info("{} calls that waited for a price have one", priced);
    }
    return Optional.of(priced);
  }

  private Optional<Batch> step(Database.Tx tx, Batch before) {
    boolean mine =
        tx.first(
                sql.select(
                    DSL.field(
                        "pg_try_advisory_xact_lock({0})",
                        Boolean.class, DSL.inline(ADVISORY_LOCK))),
                row -> row.getBoolean(0))
            .orElse(false);
    if (!mine) {
      return Optional.empty();
    }
    List<Row> rows =
        tx.list(
            sql.selectFrom(USAGE_RECORD)
                .where(USAGE_RECORD.UNPRICED_TOKENS.gt(0L))
                .and(DSL.row(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID).gt(before.at(), before.id()))
                .orderBy(USAGE_RECORD.STARTED_AT, USAGE_RECORD.ID)
                .limit(BATCH_ROWS)
                .forUpdate(),
            row -> row);
    if (rows.isEmpty()) {
      return Optional.of(new Batch(before.at(), before.id(), 0, true));
    }
    JsonArray priced = priced(rows, ownRates(tx, rows));
    if (!priced.isEmpty()) {
      tx.executePlain(UsageRows.REPRICE, priced.encode());
    }
    Row last = rows.getLast();
    return Optional.of(
        new Batch(
            last.getOffsetDateTime("started_at"),
            last.getUUID("id"),
            priced.size(),
            rows.size() < BATCH_ROWS));
  }

  /** The rates of the providers themselves; those of deleted ones hold for their calls too. */
  private static Map<Model, Rates> ownRates(Database.Tx tx, List<Row> rows) {
    List<UUID> providers =
        rows.stream().map(row -> row.getUUID("provider_uid")).distinct().toList();
    var rates = new HashMap<Model, Rates>();
    for (Row row :
        tx.list(
            sql.selectFrom(LLM_PROVIDER_MODEL).where(LLM_PROVIDER_MODEL.PROVIDER_UID.in(providers)),
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
        UsageRows.cost(json, cost);
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
