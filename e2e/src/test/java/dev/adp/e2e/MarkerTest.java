package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret goes in through every door, right and wrong, and comes out of none. */
class MarkerTest {
  private static final String MARKER = "sk-marker-5d1f7a";

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
    offerSecretsAsCredentials(program);
    readEverything(program, aimock);
    readTables(opened(new Directory(postgres.databaseUrl())));
    program.stop();

    seen.add(program.out());
    seen.add(program.err());
    readFiles(program.data());
    readFiles(folder);
    assertThat(seen).hasSizeGreaterThan(40);
    assertThat(seen).allSatisfy(text -> assertThat(text).doesNotContain(MARKER, base64(MARKER)));
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
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        seen.add(file + " " + Files.readString(file, ISO_8859_1));
      }
    }
  }
}
