package dev.adp.e2e;

import dev.adp.api.RestApi;
import dev.adp.domain.AddressPolicy;
import dev.adp.domain.ConnectionTest;
import dev.adp.domain.NameResolver;
import dev.adp.domain.UpstreamCheck;
import dev.adp.gateway.GatewayVerticle;
import dev.adp.http.AccessTokens;
import dev.adp.http.HealthRoutes;
import dev.adp.http.Refusals;
import dev.adp.http.TokenRoutes;
import dev.adp.portal.Portal;
import dev.adp.portal.PortalSettings;
import dev.adp.store.AuditLog;
import dev.adp.store.BlockedSubjects;
import dev.adp.store.CatalogVersions;
import dev.adp.store.Conversations;
import dev.adp.store.Database;
import dev.adp.store.Guardrails;
import dev.adp.store.LlmProviders;
import dev.adp.store.MasterKeys;
import dev.adp.store.ModelCatalog;
import dev.adp.store.PortalSessions;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.RefusalLog;
import dev.adp.store.Repository;
import dev.adp.store.Secrets;
import dev.adp.store.ServiceAccounts;
import dev.adp.store.UsageReports;
import dev.adp.store.Users;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The routers of both planes, mounted as the program mounts them, to see which routes there are.
 */
record Routes(Directory directory, MasterKeys masterKeys) {
  private static final String URL = "http://localhost";

  /** Method and path of each route of the gateway; calls of providers have any method. */
  List<String> gateway() {
    Database database = directory.database();
    Clock clock = Clock.systemUTC();
    Router router =
        GatewayVerticle.routes(
            directory.vertx(),
            new TokenRoutes(
                URL,
                tokens(snapshot(database, clock), clock),
                new ServiceAccounts(database, clock),
                new Refusals(new RefusalLog(database, clock), "none")),
            new HealthRoutes(() -> true));
    return Stream.concat(
            methodsAndPaths(router), Stream.of("POST " + GatewayVerticle.PROVIDERS + ":name"))
        .toList();
  }

  private ProviderSnapshot snapshot(Database database, Clock clock) {
    return new ProviderSnapshot(database, masterKeys, ModelCatalog.shipped(), clock);
  }

  private AccessTokens tokens(ProviderSnapshot snapshot, Clock clock) {
    return new AccessTokens(directory.vertx(), URL, snapshot, clock);
  }

  /**
   * Method and path of each route of the control plane; what only passes requests on has no method.
   */
  List<String> control() {
    Database database = directory.database();
    Clock clock = Clock.systemUTC();
    var tokens = tokens(snapshot(database, clock), clock);
    var catalog = new ModelCatalog(ModelCatalog.shipped(), clock);
    var secrets = new Secrets(database, masterKeys, clock);
    var upstreams = new UpstreamCheck(AddressPolicy.of(List.of(), Set.of()), NameResolver.SYSTEM);
    var providers = new LlmProviders(database, secrets, upstreams, clock, UUID::randomUUID);
    var reports = new UsageReports(database, clock);
    var refusals = new Refusals(new RefusalLog(database, clock), "none");
    URI url = URI.create(URL);
    Router router = Router.router(directory.vertx());
    new HealthRoutes(() -> true).mount(router);
    new TokenRoutes(URL, tokens, new ServiceAccounts(database, clock), refusals).mount(router);
    var guardrails = new Guardrails(database, clock, UUID::randomUUID);
    var repository =
        new Repository(
            providers,
            secrets,
            guardrails,
            new Users(database, clock),
            new ServiceAccounts(database, clock),
            new BlockedSubjects(database, clock),
            catalog,
            new CatalogVersions(database, clock),
            reports,
            new Conversations(database),
            new AuditLog(database));
    ConnectionTest connections =
        (_, check) -> {
          throw new IllegalStateException("nobody asks for " + check);
        };
    new RestApi(tokens, repository, connections, refusals, URL, URL, clock).mount(router);
    new Portal(
            new PortalSettings(url, url, url),
            repository,
            connections,
            new PortalSessions(database, clock),
            Optional.empty(),
            refusals,
            clock)
        .mount(router);
    return methodsAndPaths(router).toList();
  }

  private static Stream<String> methodsAndPaths(Router router) {
    return router.getRoutes().stream().flatMap(Routes::methodsAndPath).distinct();
  }

  /** HEAD is left out where GET is there as well. */
  private static Stream<String> methodsAndPath(Route route) {
    Set<HttpMethod> methods = Optional.ofNullable(route.methods()).orElse(Set.of());
    String path = Optional.ofNullable(route.getPath()).orElse("*");
    return methods.stream()
        .filter(method -> !method.equals(HttpMethod.HEAD) || !methods.contains(HttpMethod.GET))
        .map(method -> method + " " + path);
  }
}
