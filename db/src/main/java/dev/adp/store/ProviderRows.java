package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.GUARDRAIL;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_MODEL;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonEntry;
import static org.jooq.impl.DSL.jsonbArrayAgg;
import static org.jooq.impl.DSL.jsonbObject;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Field;
import org.jooq.InsertSetMoreStep;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.SelectJoinStep;
import org.jooq.TableField;

/** How a provider and its models are read and written as rows. */
final class ProviderRows {
  /** The models of a provider as one JSON array, so that a page of providers is one statement. */
  private static final Field<JSONB> MODELS =
      field(
          // Keys in the text: PostgreSQL cannot tell the type of a bound one.
          sql.select(
                  coalesce(
                      jsonbArrayAgg(
                              jsonbObject(
                                  jsonEntry(inline("name"), LLM_PROVIDER_MODEL.NAME),
                                  jsonEntry(inline("input"), LLM_PROVIDER_MODEL.INPUT_PER_MILLION),
                                  jsonEntry(
                                      inline("output"), LLM_PROVIDER_MODEL.OUTPUT_PER_MILLION),
                                  jsonEntry(
                                      inline("cached"),
                                      LLM_PROVIDER_MODEL.CACHED_INPUT_PER_MILLION),
                                  jsonEntry(
                                      inline("w5m"),
                                      LLM_PROVIDER_MODEL.CACHE_CREATION_5M_PER_MILLION),
                                  jsonEntry(
                                      inline("w1h"),
                                      LLM_PROVIDER_MODEL.CACHE_CREATION_1H_PER_MILLION)))
                          .orderBy(LLM_PROVIDER_MODEL.POSITION),
                      inline(JSONB.jsonb("[]"))))
              .from(LLM_PROVIDER_MODEL)
              .where(LLM_PROVIDER_MODEL.PROVIDER_UID.eq(LLM_PROVIDER.UID)));

  private static final Field<String> GUARDRAIL_NAME =
      field(
          sql.select(GUARDRAIL.NAME)
              .from(GUARDRAIL)
              .where(GUARDRAIL.UID.eq(LLM_PROVIDER.GUARDRAIL_UID)));

  private ProviderRows() {}

  /** Selects whole providers, and more columns if asked; filters are the caller's. */
  static SelectJoinStep<Record> select(SelectField<?>... more) {
    List<SelectField<?>> columns = new ArrayList<>(List.of(LLM_PROVIDER.fields()));
    columns.add(MODELS.as("models"));
    columns.add(GUARDRAIL_NAME.as("guardrail"));
    columns.addAll(List.of(more));
    return sql.select(columns).from(LLM_PROVIDER);
  }

  static LlmProvider read(Row row) {
    return new LlmProvider(
        row.getUUID("uid"),
        new LlmProvider.Draft(
            new ResourceId(row.getString("name")),
            row.getString("display_name"),
            row.getString("description"),
            row.getBoolean("enabled"),
            ProviderJson.read(
                row.getString("type"),
                row.getJsonObject("config"),
                Optional.ofNullable(row.getString("guardrail")).map(ResourceId::new)),
            models(row.getJsonArray("models")),
            new Transcripts(
                row.getBoolean("record_input_messages"), row.getBoolean("record_output_messages"))),
        Times.read(row, "created_at"),
        Times.read(row, "updated_at"),
        row.getString("created_by"),
        row.getString("updated_by"),
        row.getLong("version"));
  }

  /** The columns that every save writes; those that never change are not among them. */
  static Map<Field<?>, Object> columns(LlmProvider provider) {
    LlmProvider.Draft draft = provider.draft();
    return Map.of(
        LLM_PROVIDER.DISPLAY_NAME, draft.displayName(),
        LLM_PROVIDER.DESCRIPTION, draft.description(),
        LLM_PROVIDER.ENABLED, draft.enabled(),
        LLM_PROVIDER.CONFIG, JSONB.jsonb(ProviderJson.write(draft.config()).encode()),
        LLM_PROVIDER.RECORD_INPUT_MESSAGES, draft.transcripts().recordInputMessages(),
        LLM_PROVIDER.RECORD_OUTPUT_MESSAGES, draft.transcripts().recordOutputMessages(),
        LLM_PROVIDER.UPDATED_AT, Times.of(provider.updatedAt()),
        LLM_PROVIDER.UPDATED_BY, provider.updatedBy(),
        LLM_PROVIDER.VERSION, provider.version());
  }

  /** Replaces the models of a provider. */
  static void writeModels(Database.Tx tx, LlmProvider provider) {
    tx.execute(
        sql.deleteFrom(LLM_PROVIDER_MODEL)
            .where(LLM_PROVIDER_MODEL.PROVIDER_UID.eq(provider.uid())));
    var models = provider.models();
    for (int i = 0; i < models.size(); i++) {
      Rates rates = models.get(i).customPricing();
      var insert =
          sql.insertInto(LLM_PROVIDER_MODEL)
              .set(LLM_PROVIDER_MODEL.PROVIDER_UID, provider.uid())
              .set(LLM_PROVIDER_MODEL.POSITION, i)
              .set(LLM_PROVIDER_MODEL.NAME, models.get(i).name());
      insert = set(insert, LLM_PROVIDER_MODEL.INPUT_PER_MILLION, rates.input());
      insert = set(insert, LLM_PROVIDER_MODEL.OUTPUT_PER_MILLION, rates.output());
      insert = set(insert, LLM_PROVIDER_MODEL.CACHED_INPUT_PER_MILLION, rates.cachedInput());
      insert = set(insert, LLM_PROVIDER_MODEL.CACHE_CREATION_5M_PER_MILLION, rates.cacheWrite5m());
      insert = set(insert, LLM_PROVIDER_MODEL.CACHE_CREATION_1H_PER_MILLION, rates.cacheWrite1h());
      tx.execute(insert);
    }
  }

  private static InsertSetMoreStep<Record> set(
      InsertSetMoreStep<Record> insert, TableField<Record, Long> column, Optional<Long> rate) {
    return rate.isPresent() ? insert.set(column, rate.get()) : insert;
  }

  private static List<ProviderModel> models(JsonArray rows) {
    return rows.stream()
        .map(JsonObject.class::cast)
        .map(
            row ->
                new ProviderModel(
                    row.getString("name"),
                    new Rates(
                        Optional.ofNullable(row.getLong("input")),
                        Optional.ofNullable(row.getLong("output")),
                        Optional.ofNullable(row.getLong("cached")),
                        Optional.ofNullable(row.getLong("w5m")),
                        Optional.ofNullable(row.getLong("w1h")))))
        .toList();
  }
}
