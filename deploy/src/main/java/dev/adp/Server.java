package dev.adp;

import dev.adp.api.RestApi;
import dev.adp.domain.AddressPolicy;
import dev.adp.domain.NameResolver;
import dev.adp.domain.UpstreamCheck;
import dev.adp.gateway.BodyBudget;
import dev.adp.gateway.GatewaySettings;
import dev.adp.gateway.GatewayVerticle;
import dev.adp.http.AccessTokens;
import dev.adp.http.HealthRoutes;
import dev.adp.http.Refusals;
import dev.adp.http.TokenRoutes;
import dev.adp.portal.Portal;
import dev.adp.portal.PortalSettings;
import dev.adp.store.AuditLog;
import dev.adp.store.AuditRetention;
import dev.adp.store.ConfigWatch;
import dev.adp.store.Database;
import dev.adp.store.FirstRun;
import dev.adp.store.Guardrails;
import dev.adp.store.LlmProviders;
import dev.adp.store.MasterKey;
import dev.adp.store.ModelCatalog;
import dev.adp.store.PortalSessions;
import dev.adp.store.Postgres;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.RefusalLog;
import dev.adp.store.Secrets;
import dev.adp.store.ServiceAccounts;
import dev.adp.store.SigningKeys;
import dev.adp.store.UsageDrain;
import dev.adp.store.UsageJournal;
import dev.adp.store.UsageReports;
import dev.adp.store.embedded.EmbeddedPostgres;
import dev.adp.store.embedded.EmbeddedPostgresException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.BindException;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both planes, wired and running. The constructors here are the wiring; there is no container. */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final int DATABASE_CONNECTIONS_MAX = 16;
  private static final long CLOSE_S_MAX = 20;
  private static final long UNDEPLOY_S_MAX = 60;

  private final Config config;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Clock clock = Clock.systemUTC();
  private final Vertx vertx;
  private final Parts parts;
  private volatile boolean ready;

  /** What the demo builds its content with. */
  record Parts(
      DataDirectory directory,
      boolean firstRun,
      LlmProviders providers,
      Secrets secrets,
      ServiceAccounts accounts,
      UsageJournal journal) {}

  /**
   * Starts everything and returns once both planes answer.
   *
   * @throws StartFailure when something that people can mend is in the way; nothing then keeps
   *     running
   */
  Server(Config config) {
    this.config = config;
    this.vertx = Vertx.builder().with(new VertxOptions().setPreferNativeTransport(true)).build();
    try {
      this.parts = start();
      ready = true;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Parts start() {
    DataDirectory directory = opened(DataDirectory.open(config.dataDirectory()));
    MasterKey masterKey = directory.masterKey(config.masterKey());
    String databaseUrl = config.databaseUrl().orElseGet(() -> embedded(directory));
    migrate(databaseUrl);
    var pool = Postgres.pool(vertx, databaseUrl, DATABASE_CONNECTIONS_MAX);
    opened(() -> pool.close().await(CLOSE_S_MAX, TimeUnit.SECONDS));
    var database = new Database(pool);
    boolean firstRun = firstRun(database, masterKey, directory);
    var catalog = ModelCatalog.shipped();
    var snapshot = new ProviderSnapshot(database, masterKey, catalog, clock);
    opened(new ConfigWatch(vertx, databaseUrl, snapshot));
    var journal = new UsageJournal(directory.journal(), config.journalBytesMax());
    opened(new UsageDrain(journal, database));
    opened(journal); // Closed before the drain, which then finds all of it.
    var secrets = new Secrets(database, masterKey, clock);
    var upstreams = new UpstreamCheck(addressPolicy(databaseUrl), NameResolver.SYSTEM);
    var providers = new LlmProviders(database, secrets, upstreams, clock, UUID::randomUUID);
    var accounts = new ServiceAccounts(database, clock);
    var refusals = opened(new RefusalLog(database, clock));
    opened(new AuditRetention(database, clock, config.auditRetention()));
    var keys = new SigningKeys(database, masterKey).load();
    Supplier<AccessTokens> tokens =
        () -> new AccessTokens(vertx, config.publicUrl(), keys, snapshot, clock);
    var health = new HealthRoutes(() -> ready);
    var issuer =
        new TokenRoutes(
            config.publicUrl(), tokens.get(), accounts, new Refusals(refusals, "token"));

    var settings = GatewaySettings.of(config.host(), config.gatewayPort(), upstreams);
    var budget = new BodyBudget(settings.heldBodiesBytesMax());
    deploy(
        () ->
            new GatewayVerticle(
                settings,
                snapshot,
                tokens,
                issuer,
                health,
                journal,
                budget,
                clock,
                UUID::randomUUID),
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()),
        config.gatewayPort(),
        "ADP_GATEWAY_PORT");
    deploy(
        () -> controlPlane(database, health, issuer, tokens.get(), providers, secrets, refusals),
        new DeploymentOptions()
            .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
            .setInstances(Runtime.getRuntime().availableProcessors()),
        config.httpPort(),
        "ADP_HTTP_PORT");
    return new Parts(directory, firstRun, providers, secrets, accounts, journal);
  }

  private ControlPlane controlPlane(
      Database database,
      HealthRoutes health,
      TokenRoutes issuer,
      AccessTokens tokens,
      LlmProviders providers,
      Secrets secrets,
      RefusalLog refusals) {
    var models = new ModelCatalog(ModelCatalog.shipped(), clock);
    var reports = new UsageReports(database, clock);
    return new ControlPlane(
        config.host(),
        config.httpPort(),
        health,
        issuer,
        new RestApi(
            tokens,
            providers,
            secrets,
            new Guardrails(database, clock, UUID::randomUUID),
            models,
            reports,
            new AuditLog(database),
            new Refusals(refusals, "api"),
            config.gatewayPublicUrl(),
            config.publicUrl(),
            clock),
        new Portal(
            new PortalSettings(
                URI.create(config.publicUrl()),
                URI.create(config.gatewayPublicUrl()),
                URI.create(config.publicUrl())),
            providers,
            secrets,
            models,
            reports,
            new PortalSessions(database, clock),
            new Refusals(refusals, "portal"),
            clock));
  }

  /** Our own services are no upstreams, wherever they listen. */
  private AddressPolicy addressPolicy(String databaseUrl) {
    return AddressPolicy.of(
        config.upstreamAllow(),
        Set.of(config.httpPort(), config.gatewayPort(), Postgres.port(databaseUrl)));
  }

  private String embedded(DataDirectory directory) {
    try {
      return opened(EmbeddedPostgres.start(directory.postgres())).databaseUrl();
    } catch (EmbeddedPostgresException e) {
      throw new StartFailure(String.valueOf(e.getMessage()));
    }
  }

  private static void migrate(String databaseUrl) {
    try {
      Postgres.migrate(databaseUrl);
    } catch (RuntimeException e) {
      LOG.debug("migration failed", e);
      throw new StartFailure(
          "the database at %s cannot be used (%s): check ADP_DATABASE_URL and that it is a PostgreSQL 15 or newer that this user may create tables in."
              .formatted(Postgres.address(databaseUrl), reason(e)));
    }
  }

  private boolean firstRun(Database database, MasterKey masterKey, DataDirectory directory) {
    try {
      return FirstRun.prepare(
          database, masterKey, clock, admin -> directory.writeCredentials(admin, config));
    } catch (FirstRun.WrongMasterKey e) {
      throw new StartFailure(e.getMessage() + ".");
    }
  }

  private void deploy(
      Supplier<VerticleBase> verticle, DeploymentOptions options, int port, String setting) {
    Future<String> deployed = vertx.deployVerticle(verticle, options);
    try {
      String id = deployed.await();
      opened(() -> vertx.undeploy(id).await(UNDEPLOY_S_MAX, TimeUnit.SECONDS));
    } catch (Exception e) { // Checked ones too, which no signature tells of.
      throw startFailure(e, port, setting);
    }
  }

  /** A port that is taken in words of ours; the native transport has an exception of its own. */
  static RuntimeException startFailure(Exception e, int port, String setting) {
    Throwable cause = rootCause(e);
    boolean taken =
        cause instanceof BindException || String.valueOf(cause.getMessage()).startsWith("bind(");
    if (taken) {
      return new StartFailure(
          "port %d is in use: stop what listens there, or set %s to another port."
              .formatted(port, setting));
    }
    return e instanceof RuntimeException known ? known : new IllegalStateException(e);
  }

  /** Remembers what is to be closed, the last opened first. */
  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  Parts parts() {
    return parts;
  }

  Vertx vertx() {
    return vertx;
  }

  /** The innermost message on one line. */
  private static String reason(Throwable e) {
    return String.valueOf(rootCause(e).getMessage()).lines().findFirst().orElse("no answer");
  }

  private static Throwable rootCause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Stops in order: no more calls, then what they left is stored, then the database. */
  @Override
  public void close() {
    ready = false;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        LOG.warn("did not stop cleanly", e);
      }
    }
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_S_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.warn("did not stop cleanly", e);
    }
  }
}
