package dev.adp.store;

import static dev.adp.domain.Permission.AUDITLOG_LIST;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.AUDIT_LOG;

import dev.adp.domain.Actor;
import dev.adp.domain.AuditEvent;
import dev.adp.domain.AuditEvent.Outcome;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Origin;
import dev.adp.domain.PageKey;
import dev.adp.domain.Slice;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** What was changed and what was refused, the newest first. */
public final class AuditLog {
  private final Database database;

  public AuditLog(Database database) {
    this.database = database;
  }

  /** Lines of the log from a place in it on. */
  public Slice<AuditEvent> list(
      Actor actor, AuditEvent.Query query, int rowsMax, Optional<PageKey> after) {
    actor.require(AUDITLOG_LIST);
    var rows =
        database.list(
            sql.selectFrom(AUDIT_LOG)
                .where(matches(query))
                .and(after.map(AuditLog::behind).orElseGet(DSL::noCondition))
                .orderBy(AUDIT_LOG.ID.desc())
                .limit(rowsMax + 1),
            AuditLog::read);
    return Slice.of(rows, rowsMax, event -> PageKey.ofName(String.valueOf(event.id())));
  }

  private static Condition behind(PageKey key) {
    if (!key.name().matches("[0-9]{1,18}")) {
      throw new Invalid("page_token", "must be the next_page_token of the page before");
    }
    return AUDIT_LOG.ID.lt(Long.valueOf(key.name()));
  }

  private static Condition matches(AuditEvent.Query query) {
    return DSL.and(
        query.actor().isEmpty() ? DSL.noCondition() : AUDIT_LOG.ACTOR.in(actors(query.actor())),
        query.action().isEmpty() ? DSL.noCondition() : AUDIT_LOG.ACTION.eq(query.action()),
        query.resource().isEmpty() ? DSL.noCondition() : AUDIT_LOG.RESOURCE.eq(query.resource()),
        // In the text: the index of refusals helps whom the planner sees to ask for them.
        query
            .outcome()
            .map(o -> AUDIT_LOG.OUTCOME.eq(DSL.inline(o.name())))
            .orElseGet(DSL::noCondition),
        query.start().map(at -> AUDIT_LOG.AT.ge(Times.of(at))).orElseGet(DSL::noCondition),
        query.end().map(at -> AUDIT_LOG.AT.lt(Times.of(at))).orElseGet(DSL::noCondition));
  }

  /** A name without its kind is one of any kind. */
  private static List<String> actors(String name) {
    return name.contains(":")
        ? List.of(name)
        : List.of(name, Actor.USER + name, Actor.SERVICE_ACCOUNT + name, Actor.EXTERNAL + name);
  }

  private static AuditEvent read(Row row) {
    return new AuditEvent(
        row.getLong("id"),
        Times.read(row, "at"),
        row.getString("actor"),
        new Origin(row.getString("surface"), row.getString("address")),
        row.getString("action"),
        row.getString("resource"),
        Outcome.valueOf(row.getString("outcome")),
        row.getLong("repeated"),
        Optional.ofNullable(row.getJsonObject("before")).map(JsonObject::encode),
        Optional.ofNullable(row.getJsonObject("after")).map(JsonObject::encode));
  }
}
