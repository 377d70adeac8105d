package dev.adp.api;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ProviderQuery.Order;
import dev.adp.store.LlmProviders;
import dev.adp.store.ProviderJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
            order(request));
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

  private static Order order(ApiRequest request) {
    String wanted = request.query("order_by").orElse(Order.CREATED_DESC.wireName());
    return Arrays.stream(Order.values())
        .filter(order -> order.wireName().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new Invalid(
                    "order_by",
                    "must be one of "
                        + Arrays.stream(Order.values())
                            .map(Order::wireName)
                            .collect(Collectors.joining(", "))));
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    LlmProvider.Draft draft = LlmProviderJson.read(request.body(), Optional.empty());
    LlmProvider created = providers.create(request.actor(), draft, List.of());
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
    LlmProvider updated =
        providers.update(
            request.actor(),
            request.resourceId(),
            request.unchanged(),
            stored ->
                LlmProviderJson.MASK.read(
                    body,
                    LlmProviderJson.writeDraft(stored),
                    mask,
                    merged -> LlmProviderJson.read(merged, Optional.of(stored))),
            List.of());
    new ApiAnswer(ctx).resource(wire.write(updated));
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    providers.delete(request.actor(), request.resourceId(), request.unchanged());
    new ApiAnswer(ctx).deleted();
  }
}
