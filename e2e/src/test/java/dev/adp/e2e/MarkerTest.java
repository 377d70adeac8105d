package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret goes in through every door, right and wrong, and comes out of none. */
class MarkerTest {
  /** Of three times so many characters: what base64 makes of it begins whatever begins with it. */
  private static final String MARKER = "sk-marker-5d1f7a3c";

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  @Test
  void aSecretIsNowhereButAtItsUpstream(@TempDir Path folder) throws Exception {
    EmbeddedPostgres postgres = opened(EmbeddedPostgres.start(folder));
    Program program =
        opened(Program.prepared("demo", "ADP_DATABASE_URL", postgres.databaseUrl()).start());
    Aimock aimock = opened(Aimock.start());
    Rest rest = program.rest();

    sendSecrets(rest);
    useSecrets(program, aimock);
    checkWithSecrets(program, aimock);
    offerSecretsAsCredentials(program);
    readEverything(program, aimock);
    seen.add(Rest.ok(Rest.send(HttpRequest.newBuilder(metrics(program)).build())));
    readTables(opened(new Directory(postgres.databaseUrl())));
    program.stop();

    seen.add(program.out());
    seen.add(program.err());
    readFiles(program.data());
    readFiles(folder);
    assertThat(seen).hasSizeGreaterThan(40);
    assertThat(base64(MARKER + "-2")).startsWith(base64(MARKER));
    assertThat(seen).allSatisfy(text -> assertThat(text).doesNotContain(MARKER, base64(MARKER)));
  }

  private static URI metrics(Program program) {
    return URI.create("http://127.0.0.1:%s/metrics".formatted(program.setting("ADP_METRICS_PORT")));
  }

  private void sendSecrets(Rest rest) {
    World.putSecret(rest, "MARKED", MARKER);
    see(rest.call("PUT", "/v1/secrets/MARKED", secret("MARKED", MARKER + "-2")));
    see(rest.call("POST", "/v1/secrets", secret("MARKED", MARKER)));
    see(rest.call("POST", "/v1/secrets", secret("lower case", MARKER)));
    see(rest.call("POST", "/v1/secrets", secret("NEW", MARKER).replace("}", ", \"x\": 1}")));
    see(rest.call("POST", "/v1/secrets", "{\"id\": \"NEW\", \"secret_data\": \"" + MARKER + "\"}"));
    see(rest.call("POST", "/v1/secrets", "{\"id\": \"NEW\", \"secret_data\": " + MARKER));
  }

  private static String secret(String id, String value) {
    return new JsonObject().put("id", id).put("secret_data", base64(value)).encode();
  }

  private static String base64(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
  }

  /** An upstream that refuses the key, one that is not there, and one that takes it. */
  private void useSecrets(Program program, Aimock aimock) {
    Rest rest = program.rest();
    rest.createOpenAi("refused", aimock.baseUrl(), "MARKED");
    rest.createOpenAi("unreachable", "http://127.0.0.1:9/v1", "MARKED");
    rest.createOpenAi("taken", program.echoUrl(), "MARKED");
    see(rest.call("PATCH", "/v1/llm-providers/taken", "{\"display_name\": \"Taken\"}"));
    see(rest.call("DELETE", "/v1/secrets/MARKED", ""));
    var gateway = new Rest(program.gateway(), program.token());
    for (String provider : List.of("refused", "unreachable", "taken")) {
      see(
          gateway.call(
              "POST",
              "/llm/v1/providers/" + provider + "/chat/completions",
              """
              {"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Say hello"}]}
              """));
    }
  }

  /** Values that come along with a check, right and wrong, of what is saved and of what is not. */
  private void checkWithSecrets(Program program, Aimock aimock) {
    Rest rest = program.rest();
    JsonObject openAi =
        new JsonObject().put("base_url", aimock.baseUrl()).put("api_key_ref", "UNSAVED");
    JsonObject passing =
        new JsonObject().put("base_url", aimock.baseUrl()).put("authorization_passthrough", true);
    JsonObject claude = provider("claude").put("anthropic_config", passing);
    see(rest.call("POST", "/v1/llm-providers", claude.encode()));
    JsonObject unsaved =
        check()
            .put("provider", provider("unsaved").put("openai_config", openAi))
            .put(
                "secrets",
                new JsonArray()
                    .add(new JsonObject().put("id", "UNSAVED").put("secret_data", base64(MARKER))));
    JsonObject passed = check().put("client_authorization", "Bearer " + MARKER);
    see(200, rest.call("POST", "/v1/connection-checks", unsaved.encode()));
    see(
        200,
        rest.call("POST", "/v1/connection-checks", passed.copy().put("provider", claude).encode()));
    see(200, rest.call("POST", "/v1/llm-providers/claude/connection-checks", passed.encode()));
    see(422, rest.call("POST", "/v1/llm-providers/taken/connection-checks", passed.encode()));
    see(
        422,
        rest.call(
            "POST", "/v1/connection-checks", unsaved.copy().put("surprise", MARKER).encode()));
    see(
        422,
        rest.call(
            "POST",
            "/v1/llm-providers/claude/connection-checks",
            check().put("client_authorization", MARKER + "\n" + MARKER).encode()));
  }

  private static JsonObject provider(String name) {
    return new JsonObject().put("name", name).put("display_name", name);
  }

  private static JsonObject check() {
    return new JsonObject().put("model", "gpt-5.4-mini");
  }

  private void see(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    see(answer);
  }

  private void offerSecretsAsCredentials(Program program) {
    see(new Rest(program.portal(), MARKER).call("GET", "/v1/secrets", ""));
    see(
        new Rest(program.gateway(), MARKER)
            .call("POST", "/llm/v1/providers/taken/responses", "{}"));
    see(
        Rest.send(
            HttpRequest.newBuilder(
                    program.gateway().resolve("/llm/v1/providers/taken/models?key=" + MARKER))
                .build()));
    for (var url : List.of(program.portal(), program.gateway())) {
      see(
          Rest.send(
              HttpRequest.newBuilder(url.resolve("/oauth/idp/token"))
                  .header("content-type", "application/x-www-form-urlencoded")
                  .POST(
                      BodyPublishers.ofString(
                          "grant_type=client_credentials&client_id=admin&client_secret=" + MARKER))
                  .build()));
    }
    see(
        Rest.send(
            HttpRequest.newBuilder(program.portal().resolve("/sign-in"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("username=admin&password=" + MARKER))
                .build()));
  }

  private void readEverything(Program program, Aimock aimock) {
    Rest rest = program.rest();
    for (String path :
        List.of(
            "/v1/secrets",
            "/v1/secrets/MARKED",
            "/v1/llm-providers",
            "/v1/llm-providers/taken",
            "/v1/audit-log",
            "/v1/spending/summary",
            "/openapi.yaml")) {
      HttpResponse<String> answer = rest.call("GET", path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      see(answer);
    }
    var browser = Sweep.signedIn(new Sweep.Resources(program, aimock), program.token(), "admin");
    for (String page :
        List.of(
            "/providers",
            "/providers/taken",
            "/providers/taken/edit",
            "/providers/taken/connect",
            "/secrets",
            "/secrets/MARKED/rotate")) {
      HttpResponse<String> answer = browser.resources().page(page, "adp=" + browser.session());
      assertThat(answer.statusCode()).as(page).isEqualTo(200);
      see(answer);
    }
  }

  private void see(HttpResponse<String> answer) {
    seen.add(answer.request().uri().getPath() + " " + answer.headers() + answer.body());
  }

  private void readTables(Directory directory) {
    for (String table :
        directory.rows(
            "select table_name from information_schema.tables where table_schema = 'public'")) {
      seen.add(table + directory.rows("select t::text from \"%s\" t".formatted(table)));
    }
  }

  private void readFiles(Path folder) throws IOException {
    for (Path file : Folder.files(folder)) {
      seen.add(file + " " + Folder.read(file));
    }
  }
}
