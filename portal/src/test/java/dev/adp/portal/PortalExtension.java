package dev.adp.portal;

import static java.util.Objects.requireNonNull;

import dev.adp.domain.Actor;
import dev.adp.domain.ConnectionTest;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.Transcripts;
import dev.adp.http.OidcIssuer;
import dev.adp.http.OidcLogin;
import dev.adp.http.OidcSettings;
import dev.adp.http.Refusals;
import dev.adp.http.TrustedProxies;
import dev.adp.store.AuditLog;
import dev.adp.store.BlockedSubjects;
import dev.adp.store.CatalogVersions;
import dev.adp.store.Conversations;
import dev.adp.store.Database;
import dev.adp.store.Eventually;
import dev.adp.store.ExternalSessions;
import dev.adp.store.FirstRun;
import dev.adp.store.Guardrails;
import dev.adp.store.LlmProviders;
import dev.adp.store.MasterKey;
import dev.adp.store.MasterKeys;
import dev.adp.store.ModelCatalog;
import dev.adp.store.PortalSessions;
import dev.adp.store.Postgres;
import dev.adp.store.PostgresExtension;
import dev.adp.store.RefusalLog;
import dev.adp.store.Repository;
import dev.adp.store.Secrets;
import dev.adp.store.ServiceAccounts;
import dev.adp.store.TestIssuer;
import dev.adp.store.Upstreams;
import dev.adp.store.UsageReports;
import dev.adp.store.Users;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Pool;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The whole portal on a free port, over a real PostgreSQL, with one user of each of three roles.
 */
final class PortalExtension implements BeforeAllCallback, AfterAllCallback {
  static final Actor ADMIN = new Actor("admin", "admin@localhost", Role.ADMIN);

  private final PostgresExtension postgres = new PostgresExtension();
  private Vertx vertx = Vertx.vertx();
  private TestIssuer issuer = new TestIssuer(vertx);
  private boolean closed;
  private String password = "";
  private int port;
  private List<Route> routes = List.of();
  private @Nullable Repository repository;
  private @Nullable Database database;
  private volatile ConnectionTest connection =
      (_, check) -> {
        throw new IllegalStateException("nobody expects " + check);
      };

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (closed) { // A second try of a class has the static fields of the first.
      vertx = Vertx.vertx();
      issuer = new TestIssuer(vertx);
      closed = false;
    }
    postgres.beforeAll(context);
    Pool pool = Postgres.pool(vertx, postgres.databaseUrl(), 4);
    var database = new Database(pool);
    this.database = database;
    var masterKeys = MasterKeys.of(MasterKey.ofBase64(MasterKey.generate()));
    Clock clock = Clock.systemUTC();
    FirstRun.prepare(database, masterKeys, clock, admin -> password = admin.password());
    addUser("reader", Role.READER);
    addUser("writer", Role.WRITER);
    var secrets = new Secrets(database, masterKeys, clock);
    var providers = new LlmProviders(database, secrets, Upstreams.LOCAL, clock, UUID::randomUUID);
    repository =
        new Repository(
            providers,
            secrets,
            new Guardrails(database, clock, UUID::randomUUID),
            new Users(database, clock),
            new ServiceAccounts(database, clock),
            new BlockedSubjects(database, clock),
            new ModelCatalog(ModelCatalog.shipped(), clock),
            new CatalogVersions(database, clock),
            new UsageReports(database, clock),
            new Conversations(database),
            new AuditLog(database));
    var settings =
        new PortalSettings(
            URI.create("http://localhost:8080"),
            URI.create("https://gateway.example.com"),
            URI.create("https://gateway.example.com"));
    var portal =
        new Portal(
            settings,
            repository(),
            (actor, check) -> connection.run(actor, check),
            new PortalSessions(database, clock),
            Optional.of(external(database, clock)),
            new Refusals(
                new RefusalLog(database, clock),
                "portal",
                TrustedProxies.of(List.of("127.0.0.1/32"))),
            clock);
    deploy(portal);
  }

  private ExternalSignIn external(Database database, Clock clock) throws Exception {
    var issuer =
        new OidcIssuer(
            new OidcSettings(
                issuer().url(),
                Optional.of(new OidcSettings.Client("portal", Optional.of("hush"))),
                "adp",
                "roles"));
    Eventually.holds("the issuer is known", issuer::isKnown);
    return new ExternalSignIn(
        OidcLogin.of(issuer, "http://localhost:8080", clock).orElseThrow(),
        new ExternalSessions(database, clock, issuer().url()));
  }

  /** Where people may sign in, too. */
  TestIssuer issuer() {
    return issuer;
  }

  private void deploy(Portal portal) {
    var verticle =
        new AbstractVerticle() {
          @Override
          public void start(Promise<Void> started) {
            Router router = Router.router(vertx);
            portal.mount(router);
            routes = router.getRoutes();
            vertx
                .createHttpServer(
                    Portal.withForms(new HttpServerOptions()).setHttp2ClearTextEnabled(false))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .onSuccess(server -> port = server.actualPort())
                .<Void>mapEmpty()
                .onComplete(started);
          }
        };
    vertx
        .deployVerticle(
            verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await();
  }

  /** The same password for everybody. */
  void addUser(String name, Role role) throws SQLException {
    sql(
        "insert into app_user select '%s', '%s@localhost', '%s', false, password_hash, now() from app_user where name = 'admin'"
            .formatted(name, name, role.displayName()));
  }

  void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        var prepared = connection.createStatement()) {
      prepared.execute(statement);
    }
  }

  /** Creates a provider that is enabled. */
  void addProvider(String name, String displayName, ProviderConfig config, List<String> models) {
    repository()
        .providers()
        .create(
            ADMIN,
            new LlmProvider.Draft(
                new ResourceId(name),
                displayName,
                "",
                true,
                config,
                models.stream().map(model -> new ProviderModel(model, Rates.NONE)).toList(),
                Transcripts.OFF),
            List.of());
  }

  /** How many rows a condition finds. */
  int count(String tableAndCondition) throws SQLException {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        var prepared = connection.createStatement();
        ResultSet found = prepared.executeQuery("select count(*) from " + tableAndCondition)) {
      return found.next() ? found.getInt(1) : 0;
    }
  }

  /** What tests prepare their data with. */
  Repository repository() {
    return requireNonNull(repository);
  }

  Database database() {
    return requireNonNull(database);
  }

  /** What a test of a connection says from now on. */
  void connection(ConnectionTest answer) {
    connection = answer;
  }

  /** The paths that take forms. */
  List<String> formPaths() {
    return routes.stream()
        .filter(route -> route.methods() != null && route.methods().contains(HttpMethod.POST))
        .map(route -> requireNonNull(route.getPath()))
        .distinct()
        .toList();
  }

  String databaseUrl() {
    return postgres.databaseUrl();
  }

  String password() {
    return password;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** A browser without script that is signed in. */
  Browser signedIn(String user) throws Exception {
    var browser = new Browser(url());
    browser.get("/sign-in");
    browser.submit("/sign-in", "username", user, "password", password);
    return browser;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    vertx.close().await();
    closed = true;
    postgres.afterAll(context);
  }
}
