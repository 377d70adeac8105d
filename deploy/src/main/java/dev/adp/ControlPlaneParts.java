package dev.adp;

import dev.adp.api.RestApi;
import dev.adp.domain.ConnectionTest;
import dev.adp.gateway.CallReports;
import dev.adp.gateway.ConnectionTests;
import dev.adp.gateway.GatewaySettings;
import dev.adp.http.ClientLimits;
import dev.adp.http.HealthRoutes;
import dev.adp.http.OidcLogin;
import dev.adp.http.Refusals;
import dev.adp.http.TokenRoutes;
import dev.adp.portal.ExternalSignIn;
import dev.adp.portal.Portal;
import dev.adp.portal.PortalSettings;
import dev.adp.store.AuditLog;
import dev.adp.store.BlockedSubjects;
import dev.adp.store.ConnectionChecks;
import dev.adp.store.Conversations;
import dev.adp.store.Database;
import dev.adp.store.ExternalSessions;
import dev.adp.store.Guardrails;
import dev.adp.store.ModelCatalog;
import dev.adp.store.PortalSessions;
import dev.adp.store.Repository;
import dev.adp.store.ServiceAccounts;
import dev.adp.store.UsageReports;
import dev.adp.store.Users;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The control plane, wired: portal and REST API. */
final class ControlPlaneParts {
  private final Config config;
  private final StoreParts store;
  private final ClientLimits limits;
  private final HealthRoutes health;
  private final TokenRoutes issuer;
  private final Repository repository;
  private final ConnectionTest connections;

  ControlPlaneParts(Config config, Vertx vertx, StoreParts store, HealthRoutes health) {
    this.config = config;
    this.store = store;
    this.limits = config.clientLimits();
    this.health = health;
    this.issuer = store.issuer(config);
    this.repository = repository(store);
    this.connections = connections(config, vertx, store);
  }

  /** Makes one verticle; several share the port. */
  Supplier<ControlPlane> verticles() {
    return () ->
        new ControlPlane(
            config.host(),
            config.httpPort(),
            config.tls(),
            config.trustedProxies(),
            limits,
            health,
            issuer,
            restApi(),
            portal());
  }

  /** Checks go out as the gateway's calls do, also where this process is no gateway. */
  private static ConnectionTest connections(Config config, Vertx vertx, StoreParts store) {
    return new ConnectionTests(
        vertx,
        new GatewaySettings(
            config.host(),
            config.gatewayPort(),
            config.tls(),
            store.upstreams(),
            config.gatewayLimits()),
        store.aws(),
        CallReports.unread(store.snapshot()),
        new ConnectionChecks(store.database(), store.providers(), store.snapshot(), store.clock()),
        store.journal(),
        store.clock(),
        UUID::randomUUID);
  }

  private static Repository repository(StoreParts store) {
    Database database = store.database();
    Clock clock = store.clock();
    return new Repository(
        store.providers(),
        store.secrets(),
        new Guardrails(database, clock, UUID::randomUUID),
        new Users(database, clock),
        new ServiceAccounts(database, clock),
        new BlockedSubjects(database, clock),
        new ModelCatalog(store.snapshot()::catalog, clock),
        store.catalogVersions(),
        new UsageReports(database, clock),
        new Conversations(database),
        new AuditLog(database));
  }

  private RestApi restApi() {
    return new RestApi(
        store.tokens().get(),
        repository,
        connections,
        new Refusals(store.refusals(), "api", config.trustedProxies()),
        config.gatewayPublicUrl(),
        config.publicUrl(),
        store.clock());
  }

  private Optional<ExternalSignIn> external() {
    return store
        .oidc()
        .flatMap(issuer -> OidcLogin.of(issuer, config.publicUrl(), store.clock()))
        .map(
            login ->
                new ExternalSignIn(
                    login, new ExternalSessions(store.database(), store.clock(), login.issuer())));
  }

  private Portal portal() {
    return new Portal(
        new PortalSettings(
            URI.create(config.publicUrl()),
            URI.create(config.gatewayPublicUrl()),
            URI.create(config.publicUrl())),
        repository,
        connections,
        new PortalSessions(store.database(), store.clock()),
        external(),
        new Refusals(store.refusals(), "portal", config.trustedProxies()),
        store.clock());
  }
}
