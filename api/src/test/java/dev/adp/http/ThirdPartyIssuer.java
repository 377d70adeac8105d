package dev.adp.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;

/**
 * An OpenID Connect issuer that is not of our making, on a port of its own. It signs in whoever
 * types a name, gives tokens to whoever asks, and has a new key under the same name whenever it is
 * started.
 */
public final class ThirdPartyIssuer implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private MockOAuth2Server server;

  /**
   * @param algorithm that it signs with
   */
  public ThirdPartyIssuer(String algorithm) {
    this.port = freePort();
    this.server = started(algorithm);
  }

  private MockOAuth2Server started(String algorithm) {
    var fresh = new MockOAuth2Server(OAuth2Config.Companion.fromJson(config(algorithm)));
    fresh.start(InetAddress.getLoopbackAddress(), port);
    return fresh;
  }

  /** Everybody who comes without a login is a robot. */
  private static String config(String algorithm) {
    var claims =
        new JsonObject()
            .put("sub", "robot")
            .put("aud", new JsonArray().add("adp"))
            .put("roles", new JsonArray().add("Writer"));
    var mapping =
        new JsonObject()
            .put("requestParam", "grant_type")
            .put("match", "client_credentials")
            .put("claims", claims);
    return new JsonObject()
        .put("interactiveLogin", true)
        .put("httpServer", "NettyWrapper")
        .put(
            "tokenProvider",
            new JsonObject().put("keyProvider", new JsonObject().put("algorithm", algorithm)))
        .put(
            "tokenCallbacks",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("issuerId", "default")
                        .put("tokenExpiry", 600)
                        .put("requestMappings", new JsonArray().add(mapping))))
        .encode();
  }

  /** As it stands in {@code iss}. */
  public String url() {
    return "http://localhost:%d/default".formatted(port);
  }

  /** An access token of a program that is a Writer. */
  public String accessToken() {
    String form =
        "grant_type=client_credentials&client_id=robot&client_secret=%s&scope=adp"
            .formatted(URLEncoder.encode("any will do", UTF_8));
    var request =
        HttpRequest.newBuilder(URI.create(url() + "/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      return new JsonObject(answer.body()).getString("access_token");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Is not there any more. */
  public void stop() {
    server.shutdown();
  }

  /** Is there again, with a new key. */
  public void start(String algorithm) {
    server = started(algorithm);
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.shutdown();
  }
}
