package dev.adp.api;

import dev.adp.domain.AwsRegion;
import dev.adp.domain.Guardrail;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Violations;
import dev.adp.store.Guardrails;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/guardrails}. */
final class GuardrailApi {
  private static final Set<String> OUTPUT_ONLY =
      Set.of("state", "created_at", "updated_at", "created_by", "updated_by", "etag");
  private static final UpdateMask MASK =
      new UpdateMask(
          Map.of(
              "name", Set.of(),
              "display_name", Set.of(),
              "description", Set.of(),
              "enabled", Set.of(),
              "bedrock_config", Set.of("region", "guardrail_identifier", "guardrail_version")),
          Map.of(),
          OUTPUT_ONLY);

  private static final AwsRegion ANY_REGION = new AwsRegion("us-east-1");

  private final Guardrails guardrails;

  GuardrailApi(Guardrails guardrails) {
    this.guardrails = guardrails;
  }

  void mount(Router router) {
    router.get("/v1/guardrails").handler(this::list);
    router.post("/v1/guardrails").handler(this::create);
    router.get("/v1/guardrails/:name").handler(this::get);
    router.patch("/v1/guardrails/:name").handler(this::update);
    router.delete("/v1/guardrails/:name").handler(this::delete);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var slice =
        guardrails.list(request.actor(), request.order(), request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("guardrails", slice, GuardrailApi::write);
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Guardrail created = guardrails.create(request.actor(), read(request.body()));
    new ApiAnswer(ctx).created("/v1/guardrails/" + created.name()).resource(write(created));
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    new ApiAnswer(ctx).resource(write(guardrails.get(request.actor(), request.resourceId())));
  }

  private void update(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    JsonObject body = request.body();
    Optional<String> mask = request.updateMask();
    Guardrail updated =
        guardrails.update(
            request.actor(),
            request.resourceId(),
            request.unchanged(),
            stored -> MASK.read(body, write(stored), mask, GuardrailApi::read));
    new ApiAnswer(ctx).resource(write(updated));
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    guardrails.delete(request.actor(), request.resourceId(), request.unchanged());
    new ApiAnswer(ctx).deleted();
  }

  private static JsonObject write(Guardrail guardrail) {
    return write(guardrail.draft())
        .put("state", guardrail.state().name())
        .put("created_at", guardrail.createdAt().toString())
        .put("updated_at", guardrail.updatedAt().toString())
        .put("created_by", guardrail.createdBy())
        .put("updated_by", guardrail.updatedBy())
        .put("etag", guardrail.etag());
  }

  private static JsonObject write(Guardrail.Draft draft) {
    return new JsonObject()
        .put("name", draft.name().value())
        .put("display_name", draft.displayName())
        .put("description", draft.description())
        .put("enabled", draft.enabled())
        .put(
            "bedrock_config",
            new JsonObject()
                .put("region", draft.region().value())
                .put("guardrail_identifier", draft.identifier())
                .put("guardrail_version", draft.guardrailVersion()));
  }

  private static Guardrail.Draft read(JsonObject json) {
    var fields = JsonFields.of(json, OUTPUT_ONLY);
    ResourceId name = fields.name();
    String displayName = fields.text("display_name").orElse("");
    String description = fields.text("description").orElse("");
    boolean enabled = fields.bool("enabled", true);
    fields
        .violations()
        .check(fields.present("bedrock_config") == 1, "bedrock_config", "is required");
    var config =
        fields
            .object("bedrock_config")
            .orElseGet(() -> new JsonFields(new JsonObject(), "bedrock_config", new Violations()));
    AwsRegion region = config.required("region", AwsRegion::of, ANY_REGION);
    String identifier = config.text("guardrail_identifier").orElse("");
    String version = config.text("guardrail_version").orElse("");
    config.rejectUnknown();
    return fields.made(
        () ->
            new Guardrail.Draft(
                name, displayName, description, enabled, region, identifier, version));
  }
}
