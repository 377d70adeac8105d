package dev.adp.gateway;

import dev.adp.store.ModelCatalog;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import java.util.Optional;

/** The way out to upstreams by itself, without the gateway before it. */
final class UpstreamClients {
  private UpstreamClients() {}

  /** One that may go to this machine, within the usual limits. */
  static UpstreamClient local(StoreExtension store) {
    var metrics =
        new GatewayMetrics(
            store.snapshot(ModelCatalog.shipped()), new CallLimit(9, 9), new BodyBudget(0));
    var settings =
        new GatewaySettings(
            "127.0.0.1", 0, Optional.empty(), Upstreams.LOCAL, GatewayLimits.DEFAULT);
    return new UpstreamClient(store.vertx(), settings, metrics);
  }
}
