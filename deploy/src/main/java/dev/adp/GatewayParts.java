package dev.adp;

import dev.adp.gateway.AccessLog;
import dev.adp.gateway.BodyBudget;
import dev.adp.gateway.CallLimit;
import dev.adp.gateway.CallReports;
import dev.adp.gateway.CallSpans;
import dev.adp.gateway.GatewayMetrics;
import dev.adp.gateway.GatewaySettings;
import dev.adp.gateway.GatewayVerticle;
import dev.adp.gateway.Transcriber;
import dev.adp.http.HealthRoutes;
import dev.adp.http.MetricsText;
import dev.adp.http.TokenRoutes;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The data plane, wired. */
final class GatewayParts {
  /** A body is there twice while it grows or is edited, and the rest needs room, too. */
  private static final long HEAP_TO_BODIES = 4;

  private final StoreParts store;
  private final HealthRoutes health;
  private final TokenRoutes issuer;
  private final GatewaySettings settings;
  private final BodyBudget budget;
  private final CallLimit calls;
  private final GatewayMetrics metrics;
  private final Optional<AccessLog> log;
  private final Transcriber transcriber;

  GatewayParts(Config config, StoreParts store, HealthRoutes health, Opened opened) {
    this.store = store;
    this.health = health;
    this.issuer = store.issuer(config);
    this.settings =
        new GatewaySettings(
            config.host(),
            config.gatewayPort(),
            config.tls(),
            store.upstreams(),
            config.gatewayLimits());
    this.budget =
        new BodyBudget(
            Math.min(
                settings.limits().heldBodiesBytesMax(),
                Runtime.getRuntime().maxMemory() / HEAP_TO_BODIES));
    this.calls = new CallLimit(settings.limits().callsMax(), settings.limits().providerCallsMax());
    this.metrics = new GatewayMetrics(store.snapshot(), calls, budget);
    this.log =
        config.accessLog() ? Optional.of(opened.add(new AccessLog(System.out))) : Optional.empty();
    CallSpans spans =
        opened.add(config.otlp().map(CallSpans::exported).orElseGet(CallSpans::unexported));
    this.transcriber =
        opened.add(new Transcriber(config.transcriptLimits(), store.transcripts()::offer, spans));
  }

  void writeMetrics(MetricsText text) {
    metrics.write(text);
    log.ifPresent(lines -> lines.write(text));
    transcriber.write(text);
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
            calls,
            new CallReports(metrics, log),
            transcriber,
            store.aws(),
            store.clock(),
            UUID::randomUUID);
  }
}
