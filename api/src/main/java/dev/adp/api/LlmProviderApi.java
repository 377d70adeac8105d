package dev.adp.api;

import dev.adp.domain.Actor;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderQuery;
import dev.adp.store.LlmProviders;
import dev.adp.store.ProviderJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** {@code /v1/llm-providers}. */
final class LlmProviderApi {
  private final LlmProviders providers;
  private final LlmProviderJson wire;

  LlmProviderApi(LlmProviders providers, LlmProviderJson wire) {
    this.providers = providers;
    this.wire = wire;
  }

  void mount(Router router) {
    router.get("/v1/llm-provider-types").handler(LlmProviderApi::types);
    router.get("/v1/llm-providers").handler(this::list);
    router.post("/v1/llm-providers").handler(this::create);
    router.get("/v1/llm-providers/:name").handler(this::get);
    router.patch("/v1/llm-providers/:name").handler(this::update);
    router.delete("/v1/llm-providers/:name").handler(this::delete);
  }

  private static void types(RoutingContext ctx) {
    ctx.json(
        new JsonObject()
            .put(
                "llm_provider_types",
                new JsonArray(
                    ProviderConfig.TYPES.stream().map(ProviderJson.TYPE_PREFIX::concat).toList())));
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var query =
        new ProviderQuery(
            types(request),
            request.bool("enabled"),
            request.query("name_contains").orElse(""),
            request.query("model").orElse(""),
            request.order());
    var slice = providers.list(request.actor(), query, request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("llm_providers", slice, wire::write);
  }

  private static Set<String> types(ApiRequest request) {
    return request.queries("type").stream()
        .map(name -> type("type", name))
        .collect(Collectors.toSet());
  }

  /**
   * What a parameter names in full, without the prefix.
   *
   * @throws Invalid when there is no such type
   */
  static String type(String parameter, String name) {
    String type =
        name.startsWith(ProviderJson.TYPE_PREFIX)
            ? name.substring(ProviderJson.TYPE_PREFIX.length())
            : "";
    if (!ProviderConfig.TYPES.contains(type)) {
      throw new Invalid(parameter, "unknown type: GET /v1/llm-provider-types lists them");
    }
    return type;
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    JsonObject body = request.body();
    LlmProvider created;
    try {
      LlmProvider.Draft draft = LlmProviderJson.read(body, Optional.empty());
      created = providers.create(request.actor(), draft, List.of());
    } catch (Invalid invalid) {
      throw complete(request.actor(), invalid, new Attempt(body, Optional.empty()));
    }
    new ApiAnswer(ctx).created("/v1/llm-providers/" + created.name()).resource(wire.write(created));
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    new ApiAnswer(ctx).resource(wire.write(providers.get(request.actor(), request.resourceId())));
  }

  private void update(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    JsonObject body = request.body();
    Optional<String> mask = request.updateMask();
    var last = new AtomicReference<>(new Attempt(body, Optional.empty()));
    UnaryOperator<LlmProvider.Draft> change =
        stored ->
            LlmProviderJson.MASK.read(
                body,
                LlmProviderJson.writeDraft(stored),
                mask,
                merged -> {
                  last.set(new Attempt(merged, stored.config().givenBaseUrl()));
                  return LlmProviderJson.read(merged, Optional.of(stored));
                });
    LlmProvider updated;
    try {
      updated =
          providers.update(
              request.actor(), request.resourceId(), request.unchanged(), change, List.of());
    } catch (Invalid invalid) {
      throw complete(request.actor(), invalid, last.get());
    }
    new ApiAnswer(ctx).resource(wire.write(updated));
  }

  /**
   * What was to be saved.
   *
   * @param baseUrl that is stored: it was looked at when it was saved
   */
  private record Attempt(JsonObject whole, Optional<BaseUrl> baseUrl) {}

  /** Says what is wrong with the things that it points at, too: people mend all of it in one go. */
  private Invalid complete(Actor actor, Invalid invalid, Attempt attempt) {
    var violations = new ArrayList<>(invalid.violations());
    LlmProviderJson.config(attempt.whole())
        .ifPresent(
            config ->
                providers.unresolved(actor, config).stream()
                    .filter(
                        violation ->
                            attempt.baseUrl().isEmpty()
                                || !attempt.baseUrl().equals(config.givenBaseUrl())
                                || !violation.field().endsWith(".base_url"))
                    .filter(violation -> !violations.contains(violation))
                    .forEach(violations::add));
    return new Invalid(violations);
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    providers.delete(request.actor(), request.resourceId(), request.unchanged());
    new ApiAnswer(ctx).deleted();
  }
}
