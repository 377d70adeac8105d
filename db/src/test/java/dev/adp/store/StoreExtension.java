package dev.adp.store;

import static java.util.Objects.requireNonNull;

import dev.adp.domain.PriceCatalog;
import dev.adp.domain.UsageRecord;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The store over a real PostgreSQL, prepared as a first start prepares it; before each test it is
 * emptied of everything that tests leave behind.
 */
public final class StoreExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final String EMPTY =
      """
      delete from llm_provider;
      delete from guardrail;
      delete from audit_log;
      delete from catalog_version;
      delete from secret;
      delete from usage_record;
      delete from usage_rollup;
      delete from usage_sum;
      delete from usage_key;
      delete from usage_latency;
      update usage_retention set records_since = '1970-01-01T00:00:00Z';
      delete from usage_counted;
      delete from transcript_pending;
      delete from transcript_turn;
      delete from transcript_conversation;
      delete from portal_session;
      delete from connection_check_pace;
      delete from external_session;
      delete from blocked_subject;
      delete from service_account where name <> 'admin';
      delete from app_user where name <> 'admin';
      update app_user set blocked = false, role = 'Admin';
      delete from sign_in_attempt;
      update config_version set version = version + 1
      """;

  private final PostgresExtension postgres = new PostgresExtension();
  private final Clock clock;
  private final MasterKeys masterKeys = MasterKeys.of(MasterKey.ofBase64(MasterKey.generate()));
  private final List<Pool> pools = new ArrayList<>();
  private final List<FirstRun.Admin> admins = new CopyOnWriteArrayList<>();
  private @Nullable Vertx vertx;
  private @Nullable Database database;
  private @Nullable RefusalLog refusals;

  public StoreExtension(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    start();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    empty();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  void start() throws SQLException {
    postgres.start();
    vertx = Vertx.vertx();
    database = another();
    refusals = new RefusalLog(database, clock);
    boolean _ = FirstRun.prepare(database(), masterKeys, clock, admins::add);
  }

  void empty() throws SQLException {
    execute(EMPTY);
  }

  void stop() {
    refusals().close();
    pools.forEach(pool -> pool.close().await());
    pools.clear(); // It may start again: a failed test has a second try.
    vertx().close().await();
  }

  /** What the first start gave to its administrator. */
  public FirstRun.Admin admin() {
    return admins.getFirst();
  }

  public Vertx vertx() {
    return requireNonNull(vertx, "asked before the tests began");
  }

  public Database database() {
    return requireNonNull(database, "asked before the tests began");
  }

  /** The same database as another process sees it. */
  public Database another() {
    return new Database(pool(2));
  }

  Pool pool(int connectionsMax) {
    Pool pool = Postgres.pool(vertx(), databaseUrl(), connectionsMax);
    pools.add(pool);
    return pool;
  }

  public String databaseUrl() {
    return postgres.databaseUrl();
  }

  public MasterKeys masterKeys() {
    return masterKeys;
  }

  public Clock clock() {
    return clock;
  }

  public Secrets secrets() {
    return new Secrets(database(), masterKeys, clock);
  }

  public LlmProviders providers() {
    return new LlmProviders(database(), secrets(), Upstreams.LOCAL, clock, UUID::randomUUID);
  }

  public ServiceAccounts serviceAccounts() {
    return new ServiceAccounts(database(), clock);
  }

  public Users users() {
    return new Users(database(), clock);
  }

  public Guardrails guardrails() {
    return new Guardrails(database(), clock, UUID::randomUUID);
  }

  /** Where refusals go; each test class has one. */
  public RefusalLog refusals() {
    return requireNonNull(refusals, "asked before the tests began");
  }

  public UsageReports reports() {
    return new UsageReports(database(), clock);
  }

  public CatalogVersions catalogVersions() {
    return new CatalogVersions(database(), clock);
  }

  public ProviderSnapshot snapshot(PriceCatalog catalog) {
    return new ProviderSnapshot(database(), masterKeys, catalog, clock);
  }

  /** Takes a credential away, as an administrator's revocation does. */
  public void revoke(String clientId) {
    int _ =
        database()
            .change(
                Actors.ADMIN,
                tx -> {
                  tx.audit(new AuditEntry("revoke", clientId, null, null));
                  return tx.execute(
                      Database.sql.query(
                          "delete from service_account_credential where client_id = {0}",
                          org.jooq.impl.DSL.inline(clientId)));
                });
  }

  /** Stores usage as the journal's drain does. */
  void record(List<UsageRecord> records) {
    int _ =
        database()
            .transaction(
                tx -> {
                  UsageAddition.store(
                      tx,
                      UsageRows.portions(
                          records.stream().map(UsageJson::of).map(JournalRow::of).toList()),
                      () -> {});
                  return records.size();
                });
  }

  /** Runs a statement of the test's own, past the store. */
  public void execute(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        var plain = connection.createStatement()) {
      plain.execute(statement);
    }
  }

  /** One number that a statement of the test's own answers. */
  public long number(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        var plain = connection.createStatement();
        var rows = plain.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
