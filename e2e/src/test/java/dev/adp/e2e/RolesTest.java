package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.store.MasterKey;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process for each role, on one database: neither does the other's work. */
class RolesTest {
  private static final String MASTER_KEY = MasterKey.generate();
  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static String databaseUrl = "";
  private static Program control = Program.prepared("up");
  private static Program gateway = control;

  @BeforeAll
  static void start(@TempDir Path folder) {
    databaseUrl = opened(EmbeddedPostgres.start(folder)).databaseUrl();
    control = opened(program("control").start());
    gateway = opened(program("gateway").start());
  }

  private static Program program(String role) {
    return Program.prepared(
        "up",
        "ADP_ROLES",
        role,
        "ADP_DATABASE_URL",
        databaseUrl,
        "ADP_MASTER_KEY",
        MASTER_KEY,
        "ADP_PUBLIC_URL",
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
  void aCallThroughTheGatewayShowsInTheControlPlane() {
    Aimock aimock = opened(Aimock.start());
    World.putSecret(control.rest(), World.SECRET, Aimock.API_KEY);
    control.rest().createOpenAi("split", aimock.baseUrl(), World.SECRET);
    eventually(() -> assertThat(call("split")).isEqualTo(200));
    eventually(() -> assertThat(control.rest().spending("split").requests()).isEqualTo(1));
  }

  private static int call(String provider) {
    return new Rest(gateway.gateway(), control.token())
        .call(
            "POST",
            "/llm/v1/providers/" + provider + "/chat/completions",
            """
            {"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello"}]}
            """)
        .statusCode();
  }

  @Test
  void theGatewayServesNoPortalAndNoApi() {
    for (String path : List.of("/", "/sign-in", "/v1/llm-providers", "/openapi.yaml")) {
      assertThat(status(gateway.gateway(), path)).as(path).isEqualTo(404);
    }
    assertNobodyListens(gateway.setting("ADP_HTTP_PORT"));
    assertThat(gateway.out()).contains("Gateway").doesNotContain("Portal");
  }

  @Test
  void theGatewayServesTokensKeysDiscoveryAndHealth() {
    for (String path :
        List.of(
            "/.well-known/openid-configuration",
            "/oauth/idp/jwks",
            "/healthz/live",
            "/healthz/ready")) {
      assertThat(status(gateway.gateway(), path)).as(path).isEqualTo(200);
    }
    JsonObject credentials = control.credentials();
    String token =
        gateway.token(
            gateway.gateway(),
            credentials.getString("client_id"),
            credentials.getString("client_secret"));
    assertThat(new Rest(control.portal(), token).get("/v1/llm-providers")).isNotNull();
  }

  @Test
  void theControlPlaneListensOnNoGatewayPort() {
    assertNobodyListens(control.setting("ADP_GATEWAY_PORT"));
    assertThat(status(control.portal(), "/healthz/ready")).isEqualTo(200);
    assertThat(control.out()).contains("Portal").doesNotContain("Gateway");
  }

  @Test
  void eachHasAJournalOfItsOwnAndOnlyOneKeepsCredentials() {
    assertThat(Files.isDirectory(control.data().resolve("journal"))).isTrue();
    assertThat(Files.isDirectory(gateway.data().resolve("journal"))).isTrue();
    assertThat(Files.exists(gateway.data().resolve("credentials.json"))).isFalse();
    assertThat(Files.exists(gateway.data().resolve("master.key"))).isFalse();
  }

  @Test
  void aGatewayWithoutADatabaseOrAKeySaysWhatItNeeds(@TempDir Path folder) {
    assertThat(failure(Program.prepared("up", "ADP_ROLES", "gateway")))
        .contains("ADP_ROLES=gateway needs ADP_DATABASE_URL");
    assertThat(
            failure(
                Program.prepared("up", "ADP_ROLES", "gateway", "ADP_DATABASE_URL", databaseUrl)))
        .contains("the control plane's master key: set ADP_MASTER_KEY");
    try (EmbeddedPostgres empty = EmbeddedPostgres.start(folder)) {
      assertThat(
              failure(
                  Program.prepared(
                      "up",
                      "ADP_ROLES",
                      "gateway",
                      "ADP_DATABASE_URL",
                      empty.databaseUrl(),
                      "ADP_MASTER_KEY",
                      MASTER_KEY)))
          .contains("the database has not been set up: start a process with ADP_ROLES=control");
    }
  }

  private static String failure(Program prepared) {
    try (prepared) {
      assertThat(prepared.fail()).isEqualTo(1);
      assertThat(prepared.err().lines()).hasSize(1);
      return prepared.err();
    }
  }

  private static int status(URI url, String path) {
    return Rest.send(HttpRequest.newBuilder(url.resolve(path)).build()).statusCode();
  }

  private static void assertNobodyListens(String port) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port)).close());
  }
}
