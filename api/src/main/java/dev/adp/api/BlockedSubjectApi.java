package dev.adp.api;

import dev.adp.domain.BlockedSubject;
import dev.adp.store.BlockedSubjects;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** {@code /v1/blocked-subjects}. */
final class BlockedSubjectApi {
  private static final Set<String> OUTPUT_ONLY = Set.of("id", "blocked_at", "blocked_by");

  private final BlockedSubjects subjects;

  BlockedSubjectApi(BlockedSubjects subjects) {
    this.subjects = subjects;
  }

  void mount(Router router) {
    router.get("/v1/blocked-subjects").handler(this::list);
    router.put("/v1/blocked-subjects/:id").handler(this::block);
    router.delete("/v1/blocked-subjects/:id").handler(this::unblock);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var slice = subjects.list(request.actor(), request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("blocked_subjects", slice, BlockedSubjectApi::json);
  }

  private void block(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var fields = JsonFields.of(request.body(), OUTPUT_ONLY);
    String reason = fields.text("reason").orElse("");
    String checked = fields.made(() -> reason);
    ctx.json(json(subjects.block(request.actor(), request.path("id"), checked)));
  }

  private void unblock(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    subjects.unblock(request.actor(), request.path("id"));
    new ApiAnswer(ctx).deleted();
  }

  private static JsonObject json(BlockedSubject subject) {
    return new JsonObject()
        .put("id", subject.subject())
        .put("reason", subject.reason())
        .put("blocked_at", subject.blockedAt().toString())
        .put("blocked_by", subject.blockedBy());
  }
}
