package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.TRANSCRIPT_CONVERSATION;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonEntry;
import static org.jooq.impl.DSL.jsonbArrayAgg;
import static org.jooq.impl.DSL.jsonbObject;

import dev.adp.domain.Conversation;
import dev.adp.domain.Conversation.ProviderName;
import dev.adp.domain.UsageRecord.Outcome;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.SelectJoinStep;

/** How conversations are read. */
final class ConversationRows {
  /** Those that are still there, so that a page of conversations is one statement. */
  private static final Field<JSONB> PROVIDERS =
      field(
          sql.select(
                  coalesce(
                      jsonbArrayAgg(
                              jsonbObject(
                                  jsonEntry(inline("name"), LLM_PROVIDER.NAME),
                                  jsonEntry(inline("display_name"), LLM_PROVIDER.DISPLAY_NAME),
                                  jsonEntry(inline("type"), LLM_PROVIDER.TYPE)))
                          .orderBy(LLM_PROVIDER.NAME),
                      inline(JSONB.jsonb("[]"))))
              .from(LLM_PROVIDER)
              .where(
                  LLM_PROVIDER.UID.eq(any(TRANSCRIPT_CONVERSATION.PROVIDER_UIDS)),
                  LLM_PROVIDER.DELETED_AT.isNull()));

  private ConversationRows() {}

  /** Selects conversations; filters are the caller's. */
  static SelectJoinStep<Record> select() {
    List<SelectField<?>> columns = new ArrayList<>(List.of(TRANSCRIPT_CONVERSATION.fields()));
    columns.add(PROVIDERS.as("providers"));
    return sql.select(columns).from(TRANSCRIPT_CONVERSATION);
  }

  static Conversation read(Row row) {
    return new Conversation(
        row.getString("conversation_id"),
        Times.read(row, "started_at"),
        Times.read(row, "ended_at"),
        row.getLong("turns"),
        row.getLong("failed_turns"),
        row.getLong("missing_usage_turns"),
        row.getLong("input_turns"),
        row.getLong("output_turns"),
        row.getLong("tokens"),
        row.getLong("unpriced_tokens"),
        row.getLong("cost"),
        Outcome.valueOf(row.getString("last_outcome")),
        row.getJsonArray("providers").stream()
            .map(JsonObject.class::cast)
            .map(
                provider ->
                    new ProviderName(
                        provider.getString("name"),
                        provider.getString("display_name"),
                        provider.getString("type")))
            .toList(),
        List.of(row.getArrayOfStrings("agents")),
        List.of(row.getArrayOfStrings("users")),
        List.of(row.getArrayOfStrings("models")));
  }
}
