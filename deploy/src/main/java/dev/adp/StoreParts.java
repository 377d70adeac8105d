package dev.adp;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.Failure;
import dev.adp.domain.NameResolver;
import dev.adp.domain.OwnServices;
import dev.adp.domain.UpstreamCheck;
import dev.adp.gateway.AwsIdentities;
import dev.adp.http.AccessTokens;
import dev.adp.http.ExternalTokens;
import dev.adp.http.OidcIssuer;
import dev.adp.http.Refusals;
import dev.adp.http.TokenRoutes;
import dev.adp.store.AuditRetention;
import dev.adp.store.CatalogRefresh;
import dev.adp.store.CatalogVersions;
import dev.adp.store.ConfigWatch;
import dev.adp.store.Database;
import dev.adp.store.FirstRun;
import dev.adp.store.LlmProviders;
import dev.adp.store.MasterKeys;
import dev.adp.store.ModelCatalog;
import dev.adp.store.PatientResolver;
import dev.adp.store.Postgres;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.RefusalLog;
import dev.adp.store.Repricing;
import dev.adp.store.Secrets;
import dev.adp.store.ServiceAccounts;
import dev.adp.store.SigningKeyRotation;
import dev.adp.store.TranscriptLedger;
import dev.adp.store.TranscriptRetention;
import dev.adp.store.UsageDrain;
import dev.adp.store.UsageJournal;
import dev.adp.store.UsageRetention;
import dev.adp.store.embedded.EmbeddedPostgres;
import dev.adp.store.embedded.EmbeddedPostgresException;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every process has, whatever its roles: the store and all that keeps it current.
 *
 * @param firstRun whether this start has set the database up
 * @param upstreams for the gateway, which waits on threads of its own
 * @param oidc the external issuer, when there is one
 * @param tokens makes a checker for the sole use of one verticle
 * @param aws who the process is to AWS; calls and checks of connections share it
 */
record StoreParts(
    DataDirectory directory,
    boolean firstRun,
    Database database,
    ProviderSnapshot snapshot,
    UsageJournal journal,
    UsageDrain drain,
    TranscriptLedger transcripts,
    CatalogVersions catalogVersions,
    Secrets secrets,
    UpstreamCheck upstreams,
    LlmProviders providers,
    ServiceAccounts accounts,
    RefusalLog refusals,
    Optional<OidcIssuer> oidc,
    Supplier<AccessTokens> tokens,
    AwsIdentities aws,
    Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(StoreParts.class);
  private static final int DATABASE_CONNECTIONS_MAX = 16;
  private static final long CLOSE_S_MAX = 20;
  private static final Duration FIRST_ANSWER_MAX = Duration.ofMinutes(1);

  /**
   * Opens everything else, in this order.
   *
   * @throws StartFailure when something that people can mend is in the way
   */
  static StoreParts open(
      Config config, DataDirectory directory, Vertx vertx, Clock clock, Opened opened) {
    MasterKeys masterKeys = MasterKeyFiles.of(config).keys(config.runs(Config.Role.CONTROL));
    String databaseUrl = config.databaseUrl().orElseGet(() -> embedded(directory, opened));
    migrate(databaseUrl);
    var pool = Postgres.pool(vertx, databaseUrl, DATABASE_CONNECTIONS_MAX);
    opened.add(() -> pool.close().await(CLOSE_S_MAX, TimeUnit.SECONDS));
    var database = new Database(pool);
    awaitAnswer(database, databaseUrl);
    boolean firstRun = firstRun(config, database, masterKeys, directory, clock);
    CatalogFile shipped = ModelCatalog.shippedFile();
    var versions = new CatalogVersions(database, clock);
    adopt(config, versions, shipped);
    var snapshot = new ProviderSnapshot(database, masterKeys, shipped.catalog(), clock);
    opened.add(new ConfigWatch(vertx, databaseUrl, snapshot));
    // Closed after the drain: it counts turns whose usage is there.
    var transcripts = opened.add(new TranscriptLedger(database, config.transcriptQueueBytesMax()));
    var journal = new UsageJournal(directory.journal(), config.journalBytesMax());
    UsageDrain drain = opened.add(new UsageDrain(journal, database, databaseUrl));
    opened.add(journal); // Closed before the drain, which then finds all of it.
    var secrets = new Secrets(database, masterKeys, clock);
    AddressPolicy addresses = addressPolicy(config, databaseUrl);
    var saved = new UpstreamCheck(addresses, new PatientResolver(NameResolver.SYSTEM));
    var providers = new LlmProviders(database, secrets, saved, clock, UUID::randomUUID);
    var accounts = new ServiceAccounts(database, clock);
    var refusals = opened.add(new RefusalLog(database, clock));
    if (config.runs(Config.Role.CONTROL)) {
      opened.add(new AuditRetention(database, clock, config.auditRetention()));
      opened.add(new TranscriptRetention(database, clock, config.transcriptRetention()));
      opened.add(new UsageRetention(database, clock, config.usageRetention()));
      opened.add(
          new SigningKeyRotation(database, masterKeys, clock, config.signingKeyLifetime()).start());
      config
          .catalogSource()
          .ifPresent(source -> opened.add(new CatalogRefresh(versions, source, clock)));
      opened.add(new Repricing(database, snapshot));
    }
    Optional<OidcIssuer> oidc = config.oidc().map(settings -> opened.add(new OidcIssuer(settings)));
    Optional<ExternalTokens> external = oidc.map(issuer -> new ExternalTokens(issuer, clock));
    return new StoreParts(
        directory,
        firstRun,
        database,
        snapshot,
        journal,
        drain,
        transcripts,
        versions,
        secrets,
        new UpstreamCheck(addresses, NameResolver.SYSTEM),
        providers,
        accounts,
        refusals,
        oidc,
        () -> new AccessTokens(vertx, config.publicUrl(), external, snapshot, clock),
        opened.add(new AwsIdentities(vertx, clock, config.awsStsUrl())),
        clock);
  }

  /**
   * The database was there a moment ago, for the schema. The first connection of the pool loads all
   * that speaks to it, which on a busy machine takes longer than a connection may.
   */
  private static void awaitAnswer(Database database, String databaseUrl) {
    try {
      database.awaitAnswer(FIRST_ANSWER_MAX);
    } catch (Failure.Unavailable e) {
      LOG.debug("no answer", e);
      throw new StartFailure(
          "the database at %s does not answer any more (%s): see whether it runs, and start again."
              .formatted(Postgres.address(databaseUrl), StartFailure.reason(e)));
    }
  }

  private static void adopt(Config config, CatalogVersions versions, CatalogFile shipped) {
    if (config.runs(Config.Role.CONTROL)) {
      if (config.catalogSource().isPresent()) {
        versions.adoptFirst(shipped);
      } else {
        versions.adoptShipped(shipped);
      }
    }
  }

  /** The token issuer, which both planes serve. */
  TokenRoutes issuer(Config config) {
    return new TokenRoutes(
        config.publicUrl(),
        tokens.get(),
        accounts,
        new Refusals(refusals, "token", config.trustedProxies()));
  }

  /** Our own services are no upstreams. */
  static AddressPolicy addressPolicy(Config config, String databaseUrl) {
    return AddressPolicy.of(
        config.upstreamAllow(),
        OwnServices.of(
            Set.of(config.httpPort(), config.gatewayPort(), config.metricsPort()),
            Postgres.listensOn(databaseUrl)));
  }

  static String embedded(DataDirectory directory, Opened opened) {
    try {
      return opened.add(EmbeddedPostgres.start(directory.postgres())).databaseUrl();
    } catch (EmbeddedPostgresException e) {
      throw new StartFailure(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Brings the schema up to this program.
   *
   * @throws StartFailure when the database cannot be used
   */
  static void migrate(String databaseUrl) {
    try {
      Postgres.migrate(databaseUrl);
    } catch (RuntimeException e) {
      LOG.debug("migration failed", e);
      throw new StartFailure(
          "the database at %s cannot be used (%s): check ADP_DATABASE_URL and that it is a PostgreSQL 15 or newer that this user may create tables in."
              .formatted(Postgres.address(databaseUrl), StartFailure.reason(e)));
    }
  }

  /** The control plane alone sets a database up: only it has a place for the credentials. */
  private static boolean firstRun(
      Config config,
      Database database,
      MasterKeys masterKeys,
      DataDirectory directory,
      Clock clock) {
    try {
      if (config.runs(Config.Role.CONTROL)) {
        return FirstRun.prepare(
            database, masterKeys, clock, admin -> directory.writeCredentials(admin, config));
      }
      if (!FirstRun.done(database, masterKeys)) {
        throw new StartFailure(
            "the database has not been set up: start a process with ADP_ROLES=control first.");
      }
      return false;
    } catch (FirstRun.WrongMasterKey e) {
      throw new StartFailure(e.getMessage() + ".");
    }
  }
}
