package dev.adp.store;

import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.AUDIT_LOG;

import dev.adp.domain.Actor;
import dev.adp.domain.Permission;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jooq.InsertSetMoreStep;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log: what was done to what, and how that looked before and after. Whoever
 * makes one leaves every secret out.
 *
 * @param action what was done, named as the permission for it
 * @param resource path of the resource below {@code /v1}, for example {@code llm-providers/team-a}
 * @param before null when there was nothing, or when nothing of it changed
 * @param after null when nothing is left
 */
record AuditEntry(
    String action, String resource, @Nullable JsonObject before, @Nullable JsonObject after) {

  static AuditEntry created(Permission action, String resource, JsonObject after) {
    return new AuditEntry(name(action), resource, null, after);
  }

  static AuditEntry updated(
      Permission action, String resource, JsonObject before, JsonObject after) {
    return new AuditEntry(name(action), resource, before, after);
  }

  static AuditEntry deleted(Permission action, String resource, JsonObject before) {
    return new AuditEntry(name(action), resource, before, null);
  }

  /** A permission as the log names it, without the prefix that all of them have. */
  static String name(Permission action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  InsertSetMoreStep<?> insert(Actor actor) {
    return sql.insertInto(AUDIT_LOG)
        .set(AUDIT_LOG.ACTOR, actor.name())
        .set(AUDIT_LOG.SURFACE, actor.origin().surface())
        .set(AUDIT_LOG.ADDRESS, actor.origin().address())
        .set(AUDIT_LOG.ACTION, action)
        .set(AUDIT_LOG.RESOURCE, resource)
        .set(AUDIT_LOG.OUTCOME, "DONE")
        .set(AUDIT_LOG.BEFORE, json(before))
        .set(AUDIT_LOG.AFTER, json(after));
  }

  private static @Nullable JSONB json(@Nullable JsonObject value) {
    return value == null ? null : JSONB.jsonb(value.encode());
  }
}
