package dev.adp.api;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.AuditEvent.Outcome;
import dev.adp.domain.Failure.Invalid;
import dev.adp.store.AuditLog;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.Optional;

/** {@code /v1/audit-log}. */
final class AuditApi {
  private final AuditLog log;

  AuditApi(AuditLog log) {
    this.log = log;
  }

  void mount(Router router) {
    router.get("/v1/audit-log").handler(this::list);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Optional<Instant> start = request.instant("start");
    Optional<Instant> end = request.instant("end");
    if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
      throw new Invalid("start", "must be before end");
    }
    var query =
        new AuditEvent.Query(
            request.query("actor").orElse(""),
            request.query("action").orElse(""),
            request.query("resource").orElse(""),
            request.query("outcome").map(AuditApi::outcome),
            start,
            end);
    var slice = log.list(request.actor(), query, request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("audit_log", slice, AuditApi::json);
  }

  private static Outcome outcome(String text) {
    try {
      return Outcome.valueOf(text);
    } catch (IllegalArgumentException _) {
      throw new Invalid("outcome", "must be DONE or REFUSED");
    }
  }

  private static JsonObject json(AuditEvent event) {
    return new JsonObject()
        .put("id", String.valueOf(event.id()))
        .put("at", event.at().toString())
        .put("actor", event.actor())
        .put("surface", event.origin().surface())
        .put("address", event.origin().address())
        .put("action", event.action())
        .put("resource", event.resource())
        .put("outcome", event.outcome().name())
        .put("repeated", String.valueOf(event.repeated()))
        .put("before", event.before().map(JsonObject::new).orElse(null))
        .put("after", event.after().map(JsonObject::new).orElse(null));
  }
}
