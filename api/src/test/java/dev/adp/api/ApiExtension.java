package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ConnectionTest;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UsageRecord;
import dev.adp.gateway.AwsIdentities;
import dev.adp.gateway.CallReports;
import dev.adp.gateway.ConnectionTests;
import dev.adp.gateway.GatewayLimits;
import dev.adp.gateway.GatewaySettings;
import dev.adp.http.AccessTokens;
import dev.adp.http.Refusals;
import dev.adp.http.TokenRoutes;
import dev.adp.store.Actors;
import dev.adp.store.AuditLog;
import dev.adp.store.BlockedSubjects;
import dev.adp.store.ConnectionChecks;
import dev.adp.store.Conversations;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.Repository;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import dev.adp.store.UsageLedger;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The REST API and the token issuer on a free port, over a real PostgreSQL. */
final class ApiExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final String URL = "http://api.test";

  private final StoreExtension store = new StoreExtension(Clock.systemUTC());
  private @Nullable HttpClient client;
  private @Nullable AccessTokens tokens;
  private @Nullable Router router;
  private @Nullable Contract contract;
  private @Nullable Conversations conversations;
  private volatile int port;

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    store.beforeAll(context);
    client = HttpClient.newHttpClient();
    var snapshot = store.snapshot(ModelCatalog.shipped());
    tokens = new AccessTokens(store.vertx(), URL, snapshot, store.clock());
    router = Router.router(store.vertx());
    new TokenRoutes(URL, tokens(), store.serviceAccounts(), refusals("token")).mount(router());
    new RestApi(
            tokens(),
            new Repository(
                store.providers(),
                store.secrets(),
                store.guardrails(),
                store.users(),
                store.serviceAccounts(),
                new BlockedSubjects(store.database(), store.clock()),
                new ModelCatalog(snapshot::catalog, store.clock()),
                store.catalogVersions(),
                store.reports(),
                conversations(),
                new AuditLog(store.database())),
            connections(snapshot),
            refusals("api"),
            URL,
            URL,
            store.clock())
        .mount(router());
    contract = new Contract(store.vertx());
    Deployable server =
        new Deployable() {
          @Override
          public Future<?> deploy(Context inside) {
            return store
                .vertx()
                .createHttpServer()
                .requestHandler(router())
                .listen(0, "127.0.0.1")
                .onSuccess(listening -> port = listening.actualPort());
          }
        };
    var threads = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    var _ = store.vertx().deployVerticle(server, threads).await();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    store.beforeEach(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Objects.requireNonNull(client).close();
    store.afterAll(context);
  }

  private ConnectionTest connections(ProviderSnapshot snapshot) {
    return new ConnectionTests(
        store.vertx(),
        new GatewaySettings(
            "127.0.0.1", 0, Optional.empty(), Upstreams.LOCAL, GatewayLimits.DEFAULT),
        new AwsIdentities(store.vertx(), store.clock(), Optional.empty()),
        CallReports.unread(snapshot),
        new ConnectionChecks(store.database(), store.providers(), snapshot, store.clock()),
        new ForgetfulLedger(),
        store.clock(),
        UUID::randomUUID);
  }

  /** Nobody asks here what calls have used. */
  private static final class ForgetfulLedger implements UsageLedger {
    @Override
    public Future<Void> record(UsageRecord record) {
      return Future.succeededFuture();
    }

    @Override
    public boolean full() {
      return false;
    }
  }

  private Refusals refusals(String surface) {
    return new Refusals(store.refusals(), surface);
  }

  /** As the API reads them. */
  Conversations conversations() {
    if (conversations == null) {
      conversations = new Conversations(store.database());
    }
    return conversations;
  }

  StoreExtension store() {
    return store;
  }

  Router router() {
    return Objects.requireNonNull(router, "asked before the tests began");
  }

  Contract contract() {
    return Objects.requireNonNull(contract, "asked before the tests began");
  }

  private AccessTokens tokens() {
    return Objects.requireNonNull(tokens, "asked before the tests began");
  }

  /** The administrator's token. */
  String token() {
    return tokens().issue(store.admin().credential().clientId(), "test");
  }

  /** The token of a new service account. */
  String token(Role role) {
    var name = new ResourceId(role.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    var credential = store.serviceAccounts().create(Actors.ADMIN, name, "Test", role, false);
    return tokens().issue(credential.clientId(), "test");
  }

  /** A request of the administrator's. */
  HttpRequest.Builder request(String path) {
    return anonymous(path).header("authorization", "Bearer " + token());
  }

  HttpRequest.Builder anonymous(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  /** A secret {@code KEY}, and a provider {@code team-a} that uses it, with one priced model. */
  void createTeamA() {
    send("POST", "/v1/secrets", "{\"id\": \"KEY\", \"secret_data\": \"YWJj\"}");
    var created =
        send(
            "POST",
            "/v1/llm-providers",
            """
            {"name": "team-a", "display_name": "Team A", "description": "Text",
             "openai_config": {"api_key_ref": "KEY"},
             "provider_models": [{"name": "gpt-x", "custom_pricing": {"input_per_million": 5}}]}
            """);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  /** Sends a request; whatever the answer is, it must be one that the document names. */
  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          Objects.requireNonNull(client).send(request.build(), BodyHandlers.ofString());
      contract().check(answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends a JSON body, or none when it is empty, as the administrator. */
  HttpResponse<String> send(String method, String path, String body) {
    HttpRequest.Builder request = request(path);
    if (!body.isEmpty()) {
      request.header("content-type", "application/json");
    }
    return send(request.method(method, BodyPublishers.ofString(body)));
  }
}
