package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.api.Contract;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The REST API with one token. Every answer must be one that the OpenAPI document names. */
record Rest(URI url, String token) {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Contract CONTRACT = new Contract(Vertx.vertx());
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** A token of a service account, from one of the planes. */
  static String token(URI plane, String clientId, String clientSecret) {
    var request =
        HttpRequest.newBuilder(plane.resolve("/oauth/idp/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(
                BodyPublishers.ofString(
                    "grant_type=client_credentials&client_id=%s&client_secret=%s"
                        .formatted(clientId, clientSecret)));
    return new JsonObject(ok(send(request.build()))).getString("access_token");
  }

  JsonObject get(String path) {
    return new JsonObject(ok(call("GET", path, "")));
  }

  JsonObject post(String path, JsonObject body) {
    return new JsonObject(ok(call("POST", path, body.encode())));
  }

  JsonObject patch(String path, JsonObject body) {
    return new JsonObject(ok(call("PATCH", path, body.encode())));
  }

  HttpResponse<String> call(String method, String path, String json) {
    var request = HttpRequest.newBuilder(url.resolve(path)).timeout(TIMEOUT);
    request.header("authorization", "Bearer " + token);
    if (json.isEmpty()) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("content-type", "application/json");
      request.method(method, BodyPublishers.ofString(json));
    }
    HttpResponse<String> answer = send(request.build());
    if (!path.startsWith("/llm/")) {
      CONTRACT.check(answer);
    }
    return answer;
  }

  /**
   * Creates a provider of type OpenAI.
   *
   * @return its proxy URL
   */
  String createOpenAi(String name, String baseUrl, String secret, String... models) {
    return create(name, "openai_config", baseUrl, secret, models);
  }

  /**
   * Creates a provider with an API key.
   *
   * @param config name of the object that holds its configuration
   * @return its proxy URL
   */
  String create(String name, String config, String baseUrl, String secret, String... models) {
    return create(
        name, config, new JsonObject().put("base_url", baseUrl).put("api_key_ref", secret), models);
  }

  private String create(String name, String config, JsonObject value, String... models) {
    var provider =
        new JsonObject()
            .put("name", name)
            .put("display_name", name)
            .put(config, value)
            .put("models", java.util.List.of(models));
    return post("/v1/llm-providers", provider).getString("url");
  }

  /**
   * Creates a provider of type AWS Bedrock.
   *
   * @return its proxy URL
   */
  String createBedrock(String name, String baseUrl, String secret, String... models) {
    return create(
        name,
        "bedrock_config",
        new JsonObject()
            .put("region", "us-east-1")
            .put("base_url", baseUrl)
            .put(
                "static_credentials",
                new JsonObject()
                    .put("access_key_id_ref", secret)
                    .put("secret_access_key_ref", secret)),
        models);
  }

  Spending spending(String provider) {
    return Spending.of(get("/v1/spending/summary?provider=" + provider).getJsonObject("stats"));
  }

  static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static String ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response.body();
  }
}
