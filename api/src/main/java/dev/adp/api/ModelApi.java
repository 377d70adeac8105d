package dev.adp.api;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.Rates;
import dev.adp.store.ModelCatalog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** {@code /v1/models}: the price catalogue. */
final class ModelApi {
  private final ModelCatalog catalog;

  ModelApi(ModelCatalog catalog) {
    this.catalog = catalog;
  }

  void mount(Router router) {
    router.get("/v1/models").handler(this::list);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    String type =
        request
            .query("provider_type")
            .filter(name -> name.startsWith(LlmProviderJson.TYPE_PREFIX))
            .map(name -> name.substring(LlmProviderJson.TYPE_PREFIX.length()))
            .filter(ProviderConfig.TYPES::contains)
            .orElseThrow(
                () ->
                    new Invalid(
                        "provider_type", "is required: GET /v1/llm-provider-types lists them"));
    Optional<String> name = request.query("name");
    ctx.json(
        new JsonObject()
            .put(
                "models",
                new JsonArray(
                    catalog.models(request.actor(), type).stream()
                        .filter(price -> name.isEmpty() || name.get().equals(price.model()))
                        .map(ModelApi::json)
                        .toList()))
            .put("next_page_token", ""));
  }

  private static JsonObject json(ModelPrice price) {
    var pricing = new JsonObject();
    Rates rates = price.rates();
    put(pricing, "input_per_million", rates.input());
    put(pricing, "output_per_million", rates.output());
    put(pricing, "cached_input_per_million", rates.cachedInput());
    put(pricing, "cache_creation_5m_per_million", rates.cacheWrite5m());
    put(pricing, "cache_creation_1h_per_million", rates.cacheWrite1h());
    var json =
        new JsonObject()
            .put("name", price.model())
            .put("provider_type", LlmProviderJson.TYPE_PREFIX + price.providerType())
            .put("pricing", pricing);
    price.contextTokens().ifPresent(tokens -> json.put("context_tokens", String.valueOf(tokens)));
    return json;
  }

  private static void put(JsonObject json, String field, Optional<Long> rate) {
    rate.ifPresent(value -> json.put(field, String.valueOf(value)));
  }
}
