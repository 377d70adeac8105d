package dev.adp.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.http.AccessTokens;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.SigningKeys;
import dev.adp.store.StoreExtension;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is odd about a request is said in a problem of the client's, never ours. */
class OddRequestsTest {
  private static final String ISSUER = "http://api.test";
  private static final AtomicInteger port = new AtomicInteger();

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static String token = "";

  @BeforeAll
  static void serve() {
    ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
    var keys = new SigningKeys(store.database(), store.masterKey()).load();
    var tokens = new AccessTokens(store.vertx(), ISSUER, keys, snapshot, store.clock());
    token = tokens.issue(store.admin().credential().clientId(), "test");
    var api =
        new RestApi(
            tokens,
            store.providers(),
            store.secrets(),
            new ModelCatalog(ModelCatalog.shipped(), store.clock()),
            store.reports(),
            ISSUER,
            ISSUER,
            store.clock());
    Deployable server =
        new Deployable() {
          @Override
          public Future<?> deploy(Context context) {
            Router router = Router.router(store.vertx());
            api.mount(router);
            return store
                .vertx()
                .createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .onSuccess(listening -> port.set(listening.actualPort()));
          }
        };
    var _ =
        store
            .vertx()
            .deployVerticle(
                server, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
            .await();
  }

  @ParameterizedTest
  @CsvSource({
    "422, /v1/llm-providers?name_contains=%00",
    "422, /v1/llm-providers?model=a%00b",
    "422, /v1/spending/summary?provider=%00",
    "422, /v1/spending/summary?start=-999999999-01-01T00:00:00Z",
    "422, /v1/spending/summary?end=%2B999999999-12-31T23:59:59Z",
    "422, /v1/spending/summary?end=-4713-01-01T00:00:00Z",
    "200, /v1/spending/summary?start=1970-01-01T00:00:00Z",
  })
  void queries(int status, String path) throws Exception {
    answers(status, request(path).build());
  }

  @ParameterizedTest
  @CsvSource({"-1", "4294967295", "2147483648", "x"})
  void aPageTokenThatWeNeverGave(String offset) throws Exception {
    String pageToken = Base64.getUrlEncoder().encodeToString(offset.getBytes(US_ASCII));
    answers(422, request("/v1/secrets?page_token=" + pageToken).build());
  }

  @ParameterizedTest
  @CsvSource({
    "415, text/plain",
    "415, application/x-www-form-urlencoded",
    "415, multipart/form-data",
    "422, Application/JSON",
  })
  void kindsOfBodies(int status, String type) throws Exception {
    answers(
        status,
        request("/v1/secrets")
            .header("content-type", type)
            .POST(BodyPublishers.ofString("x".repeat(9_000)))
            .build());
  }

  @Test
  void aLabelThatTheDatabaseCannotHold() throws Exception {
    answers(
        422,
        request("/v1/secrets")
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"id\":\"A\",\"secret_data\":\"YQ==\",\"labels\":{\"a\":\"\\u0000\"}}"))
            .build());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("authorization", "Bearer " + token);
  }

  private static void answers(int status, HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(answer.headers().firstValue("content-type"))
          .contains(status < 400 ? "application/json" : "application/problem+json");
    }
  }
}
