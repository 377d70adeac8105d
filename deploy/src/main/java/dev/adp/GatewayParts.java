package dev.adp;

import dev.adp.gateway.BodyBudget;
import dev.adp.gateway.GatewaySettings;
import dev.adp.gateway.GatewayVerticle;
import dev.adp.http.HealthRoutes;
import dev.adp.http.TokenRoutes;
import java.util.UUID;
import java.util.function.Supplier;

/** The data plane, wired. */
final class GatewayParts {
  private final StoreParts store;
  private final HealthRoutes health;
  private final TokenRoutes issuer;
  private final GatewaySettings settings;
  private final BodyBudget budget;

  GatewayParts(Config config, StoreParts store, HealthRoutes health) {
    this.store = store;
    this.health = health;
    this.issuer = store.issuer(config);
    this.settings = GatewaySettings.of(config.host(), config.gatewayPort(), store.upstreams());
    this.budget = new BodyBudget(settings.heldBodiesBytesMax());
  }

  /** Makes one verticle for each event loop. */
  Supplier<GatewayVerticle> verticles() {
    return () ->
        new GatewayVerticle(
            settings,
            store.snapshot(),
            store.tokens(),
            issuer,
            health,
            store.journal(),
            budget,
            store.aws(),
            store.clock(),
            UUID::randomUUID);
  }
}
