package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static dev.adp.e2e.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Spending.Bucket;
import dev.adp.store.MasterKey;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one database: what an administrator changes on one acts on the other. */
class TwoInstancesTest {
  /** What the documentation promises; a loaded machine gets the same. */
  private static final Duration KNOWN_MAX = Duration.ofSeconds(2);

  /** The same for who may do what. */
  private static final Duration REVOKED_MAX = Duration.ofSeconds(5);

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static Rest here = new Rest(URI.create("http://localhost"), "");
  private static Rest there = here;
  private static Rest gatewayHere = here;
  private static Rest gatewayThere = here;
  private static Grants grants = (_, _) -> "";
  private static String upstream = "";

  /** Gets a token for a credential. */
  private interface Grants {
    String token(String clientId, String clientSecret);
  }

  @BeforeAll
  static void start(@TempDir Path folder) {
    EmbeddedPostgres postgres = opened(EmbeddedPostgres.start(folder));
    String masterKey = MasterKey.generate();
    Program first = opened(program(postgres, masterKey).start());
    Program second = opened(program(postgres, masterKey).start());
    Aimock aimock = opened(Aimock.start());
    upstream = aimock.baseUrl();
    here = first.rest();
    there = new Rest(second.portal(), first.token());
    gatewayHere = new Rest(first.gateway(), first.token());
    gatewayThere = new Rest(second.gateway(), first.token());
    grants = first::token;
    World.putSecret(here, World.SECRET, Aimock.API_KEY);
  }

  private static Program program(EmbeddedPostgres postgres, String masterKey) {
    return Program.prepared(
        "up",
        "ADP_DATABASE_URL",
        postgres.databaseUrl(),
        "ADP_MASTER_KEY",
        masterKey,
        "ADP_PUBLIC_URL", // Both stand behind one address: tokens of one are the other's.
        "http://adp.test");
  }

  private static <T extends AutoCloseable> T opened(T resource) {
    OPEN.addFirst(resource);
    return resource;
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable resource : OPEN) {
      resource.close();
    }
  }

  @Test
  void whatIsDisabledHereIsRefusedThere() {
    here.createOpenAi("shared", upstream, World.SECRET);
    within(KNOWN_MAX, () -> call("shared") == 200);
    here.patch("/v1/llm-providers/shared", new JsonObject().put("enabled", false));
    within(KNOWN_MAX, () -> call("shared") == 403);
    here.patch("/v1/llm-providers/shared", new JsonObject().put("enabled", true));
    within(KNOWN_MAX, () -> call("shared") == 200);
    assertThat(here.call("DELETE", "/v1/llm-providers/shared", "").statusCode()).isEqualTo(204);
    within(KNOWN_MAX, () -> call("shared") == 404);
  }

  @Test
  void bothServeTheSameRepository() {
    here.createOpenAi("one", upstream, World.SECRET);
    assertThat(there.get("/v1/llm-providers/one").getString("name")).isEqualTo("one");
  }

  @Test
  void whoIsRevokedHereIsRefusedThere() {
    String account = "/v1/service-accounts/revoked";
    here.post(
        "/v1/service-accounts",
        new JsonObject()
            .put("name", "revoked")
            .put("display_name", "Revoked")
            .put("role", "Reader"));
    JsonObject credential = here.post(account + "/credentials", new JsonObject());
    String token =
        grants.token(credential.getString("client_id"), credential.getString("client_secret"));
    var portal = new Rest(there.url(), token);
    var gateway = new Rest(gatewayThere.url(), token);
    within(REVOKED_MAX, () -> status(portal, "/v1/secrets") == 200);
    here.patch(account, new JsonObject().put("role", "LLMProviderInvoker"));
    within(REVOKED_MAX, () -> status(portal, "/v1/secrets") == 403);
    within(REVOKED_MAX, () -> status(gateway, "/llm/v1/providers/none/models") == 404);
    String path = account + "/credentials/" + credential.getString("id");
    assertThat(here.call("DELETE", path, "").statusCode()).isEqualTo(204);
    assertThat(status(new Rest(here.url(), token), "/v1/secrets")).as("at once").isEqualTo(401);
    within(REVOKED_MAX, () -> status(portal, "/v1/secrets") == 401);
    within(REVOKED_MAX, () -> status(gateway, "/llm/v1/providers/none/models") == 401);
  }

  /**
   * Each reading is a request for each model of the batch; what these made is paid once, at half
   * the price: 1,000 × 125 + 100 × 750 with gpt-5.4, and 10 × 37.5 + 2 × 225 with gpt-5.4-mini.
   */
  @Test
  void resultsOfABatchCountOnceWhoeverReadsThemWherever() {
    Vertx vertx = Vertx.vertx();
    opened(() -> vertx.close().await());
    String results = batchLine("gpt-5.4", 1_000, 100) + batchLine("gpt-5.4-mini", 10, 2);
    int port =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.response().end(results))
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    here.createOpenAi("batches", "http://127.0.0.1:" + port + "/v1", World.SECRET);
    within(KNOWN_MAX, () -> status(gatewayThere, "/llm/v1/providers/batches/models") == 200);

    String content = "/llm/v1/providers/batches/v1/files/file-1/content";
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            i ->
                assertThat(status(i % 2 == 0 ? gatewayHere : gatewayThere, content))
                    .isEqualTo(200));

    eventually(
        () ->
            assertThat(here.spending("batches"))
                .isEqualTo(
                    new Spending(
                        1 + 8 * 2,
                        0,
                        0,
                        200_825,
                        Map.of(
                            "input", new Bucket(1_010, 125_375),
                            "output", new Bucket(102, 75_450)))));
  }

  private static String batchLine(String model, int input, int output) {
    return "{\"custom_id\":\"c\",\"response\":{\"status_code\":200,\"body\":{\"model\":\"%s\",\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}}}}\n"
        .formatted(model, input, output);
  }

  private static int status(Rest rest, String path) {
    return rest.call("GET", path, "").statusCode();
  }

  private static int call(String provider) {
    return gatewayThere
        .call(
            "POST",
            "/llm/v1/providers/" + provider + "/chat/completions",
            """
            {"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello"}]}
            """)
        .statusCode();
  }
}
