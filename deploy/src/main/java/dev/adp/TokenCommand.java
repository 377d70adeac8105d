package dev.adp;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * {@code ./adp token}: a token for the stored credentials, or for those of the environment, under
 * the names that the Terraform provider reads. An argument would show a secret to everybody on the
 * machine.
 */
final class TokenCommand {
  private static final String CLIENT_ID = "REDPANDA_CLIENT_ID";
  private static final String CLIENT_SECRET = "REDPANDA_CLIENT_SECRET";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private TokenCommand() {}

  /**
   * Prints a token.
   *
   * @param arguments none
   */
  static void run(List<String> arguments) throws InterruptedException {
    String id = System.getenv(CLIENT_ID);
    String secret = System.getenv(CLIENT_SECRET);
    if (!arguments.isEmpty() || (id == null) != (secret == null)) {
      throw new StartFailure(
          "usage: ./adp token, with %s and %s set for other credentials than the stored ones"
              .formatted(CLIENT_ID, CLIENT_SECRET));
    }
    System.out.println(
        id == null || secret == null ? token(stored()) : fetch(tokenUrl(), id, secret));
  }

  /** Where this installation gives tokens, as it has written down or, without that, is set. */
  private static String tokenUrl() {
    return DataDirectory.readCredentials(directory())
        .map(stored -> stored.getString("token_url"))
        .orElseGet(() -> Config.of(System.getenv(), false).publicUrl() + "/oauth/idp/token");
  }

  private static Path directory() {
    String directory = System.getenv().getOrDefault("ADP_DATA_DIR", ".adp");
    return Path.of(directory).toAbsolutePath().normalize();
  }

  /** A token for the stored credentials. */
  static String token(JsonObject stored) throws InterruptedException {
    return fetch(
        stored.getString("token_url"),
        stored.getString("client_id"),
        stored.getString("client_secret"));
  }

  /** What the first start has stored. */
  static JsonObject stored() {
    return DataDirectory.readCredentials(directory())
        .orElseThrow(
            () ->
                new StartFailure(
                    "there is no credentials.json in %s: start ./adp demo or ./adp up first, or set ADP_DATA_DIR."
                        .formatted(System.getenv().getOrDefault("ADP_DATA_DIR", ".adp"))));
  }

  private static String fetch(String url, String clientId, String clientSecret)
      throws InterruptedException {
    String form =
        "grant_type=client_credentials&client_id=%s&client_secret=%s"
            .formatted(encoded(clientId), encoded(clientSecret));
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url))
                  .timeout(TIMEOUT)
                  .header("content-type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString(form))
                  .build(),
              BodyHandlers.ofString());
      JsonObject json = new JsonObject(answer.body());
      if (answer.statusCode() != 200) {
        throw new StartFailure("no token: %s.".formatted(json.getString("error_description")));
      }
      return json.getString("access_token");
    } catch (IOException | DecodeException _) {
      throw new StartFailure("%s does not answer: is ADP running?".formatted(url));
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
