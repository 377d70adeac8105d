package dev.adp.api;

import dev.adp.domain.AwsRegion;
import dev.adp.domain.ModelPrice;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.TreeMap;

/** {@code /v1/models}: what models there are, what they can do and what they cost. */
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
    var slice =
        catalog.page(
            request.actor(),
            request.query("provider_type").map(name -> LlmProviderApi.type("provider_type", name)),
            request.query("name"),
            request.query("aws_region").map(region -> AwsRegion.of("aws_region", region)),
            request.pageSize(),
            request.pageKey());
    new ApiAnswer(ctx).list("models", slice, ModelApi::json);
  }

  private static JsonObject json(ModelCatalog.Listed listed) {
    ModelPrice price = listed.price();
    JsonObject json =
        prices(price)
            .put("name", price.model())
            .put("provider_type", ProviderJson.TYPE_PREFIX + price.providerType())
            .put("capabilities", new JsonArray(price.capabilities()))
            .put("source", price.source())
            .put("note", price.note())
            .put("catalog_version", listed.catalogVersion())
            .put(
                "scheduled",
                new JsonArray(listed.scheduled().stream().map(ModelApi::prices).toList()));
    price.contextTokens().ifPresent(tokens -> json.put("context_tokens", String.valueOf(tokens)));
    return json;
  }

  private static JsonObject prices(ModelPrice price) {
    var multipliers = new JsonObject();
    new TreeMap<>(price.serviceTiers())
        .forEach((tier, multiplier) -> multipliers.put(tier, multiplier.toPlainString()));
    var json =
        new JsonObject()
            .put("pricing", ProviderJson.write(price.rates()))
            .put(
                "tiers",
                new JsonArray(price.tiers().reversed().stream().map(ModelApi::tier).toList()))
            .put("service_tiers", multipliers);
    if (price.effectiveFrom().isAfter(Instant.EPOCH)) {
      json.put("effective_from", price.effectiveFrom().toString());
    }
    return json;
  }

  private static JsonObject tier(ModelPrice.Tier tier) {
    return new JsonObject()
        .put("above_prompt_tokens", String.valueOf(tier.abovePromptTokens()))
        .put("pricing", ProviderJson.write(tier.rates()));
  }
}
