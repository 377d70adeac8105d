package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.TRANSCRIPT_TURN;
import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.octetLength;
import static org.jooq.impl.DSL.orderBy;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.when;

import dev.adp.domain.Conversation.ProviderName;
import dev.adp.domain.ConversationTurn;
import dev.adp.domain.ConversationTurn.Messages;
import dev.adp.domain.ConversationTurn.Recording;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;

/** How turns are read, each with its usage record. */
final class TurnRows {
  /** Messages that are read at once, but for those of a first turn: they pass through memory. */
  static final long PAGE_BYTES_MAX = 8 << 20;

  private static final List<Field<String>> MESSAGES =
      List.of(TRANSCRIPT_TURN.INPUT, TRANSCRIPT_TURN.OUTPUT);
  private static final String BYTES = "bytes";
  private static final String TOO_MUCH = "too_much";

  private TurnRows() {}

  /** A turn of a page; absent when the page is full. */
  record OfPage(Optional<ConversationTurn> turn) {}

  /** Turns in their order, of providers that are still there. */
  static Select<Record> select(Condition which, int rowsMax) {
    List<SelectField<?>> columns = new ArrayList<>(List.of(TRANSCRIPT_TURN.fields()));
    Stream.of(USAGE_RECORD.fields())
        .filter(column -> TRANSCRIPT_TURN.field(column.getName()) == null)
        .forEach(columns::add);
    columns.add(LLM_PROVIDER.NAME.as("provider_name"));
    columns.add(LLM_PROVIDER.DISPLAY_NAME.as("provider_display_name"));
    columns.add(bytes(TRANSCRIPT_TURN.INPUT).plus(bytes(TRANSCRIPT_TURN.OUTPUT)).as(BYTES));
    return sql.select(columns)
        .from(TRANSCRIPT_TURN)
        .join(USAGE_RECORD)
        .on(USAGE_RECORD.STARTED_AT.eq(TRANSCRIPT_TURN.STARTED_AT))
        .and(USAGE_RECORD.ID.eq(TRANSCRIPT_TURN.ID))
        .join(LLM_PROVIDER)
        .on(LLM_PROVIDER.UID.eq(TRANSCRIPT_TURN.PROVIDER_UID))
        .and(LLM_PROVIDER.DELETED_AT.isNull())
        .where(which)
        .orderBy(TRANSCRIPT_TURN.STARTED_AT, TRANSCRIPT_TURN.ID)
        .limit(rowsMax);
  }

  /** The same, without the messages of turns that come behind too many bytes. */
  static Select<Record> page(Condition which, int rowsMax) {
    Table<Record> turns = select(which, rowsMax).asTable("turns");
    Field<Integer> bytes = turns.field(BYTES, Integer.class);
    Field<Long> before =
        sum(bytes)
            .over(orderBy(turns.field(TRANSCRIPT_TURN.STARTED_AT), turns.field(TRANSCRIPT_TURN.ID)))
            .minus(bytes)
            .cast(Long.class);
    List<SelectField<?>> columns = new ArrayList<>();
    for (Field<?> column : turns.fields()) {
      boolean large =
          MESSAGES.stream().anyMatch(messages -> messages.getName().equals(column.getName()));
      columns.add(
          large ? when(before.lt(inline(PAGE_BYTES_MAX)), column).as(column.getName()) : column);
    }
    columns.add(before.ge(inline(PAGE_BYTES_MAX)).as(TOO_MUCH));
    return sql.select(columns)
        .from(turns)
        .orderBy(turns.field(TRANSCRIPT_TURN.STARTED_AT), turns.field(TRANSCRIPT_TURN.ID));
  }

  private static Field<Integer> bytes(Field<String> messages) {
    return coalesce(octetLength(messages), inline(0));
  }

  static OfPage readOfPage(Row row) {
    return new OfPage(row.getBoolean(TOO_MUCH) ? Optional.empty() : Optional.of(read(row)));
  }

  static ConversationTurn read(Row row) {
    String reasons = row.getString("finish_reasons");
    return new ConversationTurn(
        row.getUUID("id"),
        Times.read(row, "started_at"),
        row.getString("trace_id"),
        row.getString("span_id"),
        row.getString("parent_span_id"),
        new ProviderName(
            row.getString("provider_name"),
            row.getString("provider_display_name"),
            row.getString("provider_type")),
        row.getString("model"),
        row.getString("model_answered"),
        row.getString("user_name"),
        row.getString("agent"),
        row.getString("operation"),
        row.getBoolean("streamed"),
        Outcome.valueOf(row.getString("outcome")),
        row.getInteger("status"),
        reasons.isEmpty() ? List.of() : List.of(reasons.split(",")),
        row.getLong("latency_micros"),
        Optional.ofNullable(row.getLong("first_byte_micros")),
        UsageState.valueOf(row.getString("usage_state")),
        UsageColumns.tokens(row),
        UsageColumns.cost(row),
        messages(row, "input"),
        messages(row, "output"));
  }

  private static Messages messages(Row row, String side) {
    return new Messages(
        Recording.valueOf(row.getString(side + "_state")),
        Objects.requireNonNullElse(row.getString(side), ""));
  }
}
