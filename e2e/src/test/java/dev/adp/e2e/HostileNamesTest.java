package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A caller chooses the names of models, and nobody knows what he will choose: whatever it is, his
 * call leaves its record in the database.
 */
@ExtendWith(World.class)
class HostileNamesTest {
  private static final int BYTES_MAX = 512;

  private final HttpServer server = agreeable();

  /** An upstream that takes everything. */
  private static HttpServer agreeable() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(UTF_8));
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  /** Ideographs in no order: three bytes each, and no compression makes them fewer. */
  private static String ideographs(int length, long seed) {
    return new Random(seed)
        .ints(length, 0x4e00, 0x9fff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void noNameOfAModelKeepsACallFromBeingCounted(Program program) {
    program.rest().createOpenAi("hostile", upstream() + "/v1", World.SECRET);
    Rest gateway = new Rest(program.gateway(), program.token());
    List<String> names =
        List.of(
            "",
            " ",
            ideographs(600, 1),
            ideographs(10_000, 2),
            ideographs(10_000, 2) + "x",
            "x".repeat(100_000),
            "\ud83d\ude00".repeat(5_000),
            "a\u0000b\n\t\u007f",
            "\u202e\ufeff\uffff",
            "'; drop table usage_record; --",
            "{\"a\": [\\\"}",
            "../../etc/passwd");
    // Those that JSON can write but no text has: halves of pairs.
    Stream<String> halves = Stream.of("\"\\ud800\"", "\"x\\udc00\\ud800\"");
    List<String> literals = Stream.concat(names.stream().map(Json::encode), halves).toList();
    long passed =
        literals.stream()
            .filter(
                literal ->
                    passes(
                        gateway,
                        "/llm/v1/providers/hostile/chat/completions",
                        "{\"model\":%s,\"messages\":[]}".formatted(literal)))
            .count();
    assertThat(passed).isGreaterThan(literals.size() / 2);
    assertThatAllAreCounted(program, "hostile", passed);
    List<String> recorded = models(program, "hostile");
    assertThat(recorded)
        .allSatisfy(name -> assertThat(name.getBytes(UTF_8).length).isLessThanOrEqualTo(BYTES_MAX))
        .anyMatch(name -> name.matches("(?s).+…[0-9a-f]{16}"));
    assertThat(recorded).as("what begins alike stays apart").doesNotHaveDuplicates();
  }

  @Test
  void noNameInAPathKeepsACallFromBeingCounted(Program program) {
    createGoogle(program.rest(), upstream());
    createBedrock(program.rest(), upstream());
    Rest gateway = new Rest(program.gateway(), program.token());
    List<String> names =
        Stream.of(ideographs(300, 3), "x".repeat(2_000), "a\u0000b", "%2F..%2F", "\ud83d\ude00")
            .map(name -> URLEncoder.encode(name, UTF_8).replace("+", "%20"))
            .toList();
    long google = 0;
    long bedrock = 0;
    for (String name : names) {
      String arn = "arn:aws:bedrock:us-east-1:1:inference-profile/" + name;
      google += calls(gateway, "odd-names-google/v1beta/models/" + name + ":generateContent");
      bedrock += calls(gateway, "odd-names-bedrock/model/" + name + "/converse");
      bedrock +=
          calls(gateway, "odd-names-bedrock/model/" + URLEncoder.encode(arn, UTF_8) + "/invoke");
    }
    assertThat(google).isGreaterThan(2);
    assertThat(bedrock).isGreaterThan(4);
    assertThatAllAreCounted(program, "odd-names-google", google);
    assertThatAllAreCounted(program, "odd-names-bedrock", bedrock);
  }

  private static long calls(Rest gateway, String path) {
    return passes(gateway, "/llm/v1/providers/" + path, "{}") ? 1 : 0;
  }

  /** What the gateway does not even take for a request leaves no record. */
  private static boolean passes(Rest gateway, String path, String body) {
    return gateway.call("POST", path, body).statusCode() == 200;
  }

  private String upstream() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void createGoogle(Rest rest, String base) {
    rest.post(
        "/v1/llm-providers",
        new JsonObject()
            .put("name", "odd-names-google")
            .put("display_name", "G")
            .put(
                "google_config",
                new JsonObject().put("base_url", base).put("api_key_ref", World.SECRET)));
  }

  private static void createBedrock(Rest rest, String base) {
    rest.post(
        "/v1/llm-providers",
        new JsonObject()
            .put("name", "odd-names-bedrock")
            .put("display_name", "B")
            .put(
                "bedrock_config",
                new JsonObject()
                    .put("region", "us-east-1")
                    .put("base_url", base)
                    .put(
                        "static_credentials",
                        new JsonObject()
                            .put("access_key_id_ref", World.SECRET)
                            .put("secret_access_key_ref", World.SECRET))));
  }

  private static void assertThatAllAreCounted(Program program, String provider, long calls) {
    eventually(() -> assertThat(program.rest().spending(provider).requests()).isEqualTo(calls));
    assertThat(program.data().resolve("journal/rejected.jsonl")).doesNotExist();
  }

  private static List<String> models(Program program, String provider) {
    return program
        .rest()
        .get("/v1/spending/breakdown?group_by=model&provider=" + provider)
        .getJsonArray("entries")
        .stream()
        .map(entry -> ((JsonObject) entry).getString("key"))
        .toList();
  }
}
