package dev.adp.terraform.redpanda;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.adp.terraform.sdk.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The REST API of one control plane. Whatever goes wrong is a {@link Refusal} for people. */
final class Client implements AutoCloseable {
  private static final String PAGE_SIZE = "200";
  private static final int PAGES_MAX = 200;
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final int GATEWAY_TIMEOUT = 504;

  private final Connection connection;
  private final Http http;
  private final AccessTokens tokens;

  Client(Connection connection, Http http, AccessTokens tokens) {
    this.connection = connection;
    this.http = http;
    this.tokens = tokens;
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() {
    http.close();
  }

  /** Nothing is tried again from now on. */
  void stop() {
    http.stop();
  }

  AccessTokens tokens() {
    return tokens;
  }

  /** Looks something up; empty when it is not there. */
  Optional<JsonObject> get(String path, Subject subject) {
    HttpResponse<String> answer = send("GET", path, Optional.empty(), Map.of(), subject);
    return Refusals.isGone(answer) ? Optional.empty() : Optional.of(success(answer, subject));
  }

  /** All rows of all pages. */
  JsonArray list(String path, Map<String, String> query, String field, Subject subject) {
    var rows = new JsonArray();
    var parameters = new TreeMap<>(query);
    parameters.put("page_size", PAGE_SIZE);
    for (int page = 0; page < PAGES_MAX; page++) {
      JsonObject answer =
          success(
              send("GET", path + queryString(parameters), Optional.empty(), Map.of(), subject),
              subject);
      if (!(answer.get(field) instanceof JsonArray more)) {
        throw Refusals.notAControlPlane(connection, OK);
      }
      rows.addAll(more);
      String next = Refusals.text(answer, "next_page_token");
      if (next.isEmpty()) {
        return rows;
      }
      parameters.put("page_token", next);
    }
    throw Refusals.endless(subject, rows.size());
  }

  private static String queryString(Map<String, String> parameters) {
    var text = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(encoded(value)));
    return text.toString();
  }

  /** Creates something. */
  JsonObject post(String path, JsonObject body, Subject subject) {
    return success(send("POST", path, Optional.of(body), Map.of(), subject), subject);
  }

  /**
   * Creates something, also when the answer is lost or is that of a proxy that lost it: what is
   * there then with just these values is what was asked for.
   */
  JsonObject create(String path, String name, JsonObject body, Subject subject) {
    return create(path, name, body, body, subject);
  }

  /**
   * Creates something that does not show all of its values. It must be known not to have been there
   * before.
   *
   * @param visible those that it shows
   */
  JsonObject create(
      String path, String name, JsonObject body, JsonObject visible, Subject subject) {
    Supplier<Refusal> failure;
    boolean late = false;
    try {
      HttpResponse<String> answer = attempt("POST", path, Optional.of(body), Map.of());
      if (isWordOfTheServer(answer, name)) {
        return success(answer, subject);
      }
      failure = () -> Refusals.of(connection, subject, answer);
      late = answer.statusCode() == GATEWAY_TIMEOUT;
    } catch (IOException lost) {
      failure = () -> Refusals.unreachable(connection, subject, lost);
      if (Http.isUnsent(lost)) {
        throw failure.get();
      }
      late = lost instanceof HttpTimeoutException;
    }
    Optional<JsonObject> found;
    try {
      found = get(path + "/" + encoded(name), subject);
    } catch (Refusal _) {
      throw Refusals.maybeMade(subject, failure.get());
    }
    if (found.isEmpty() && late) { // It may still be at work.
      throw Refusals.maybeMade(subject, failure.get());
    }
    return found.filter(made -> has(made, visible)).orElseThrow(failure);
  }

  /** A failure behind it, or a success without the object, is what a proxy says. */
  private static boolean isWordOfTheServer(HttpResponse<String> answer, String name) {
    int status = answer.statusCode();
    return status < SERVER_ERROR
        && (status / 100 != 2
            || Refusals.object(answer).filter(made -> isCalled(name, made)).isPresent());
  }

  private static boolean isCalled(String name, JsonObject made) {
    return Refusals.text(made, "name").equals(name) || Refusals.text(made, "id").equals(name);
  }

  /**
   * Reads the object of an answer. One of another form is of something else, or of a version that
   * this provider does not know.
   */
  <T> T read(Subject subject, JsonObject answer, Function<JsonObject, T> reading) {
    if (!isCalled(subject.name(), answer)) {
      throw Refusals.unreadable(connection, subject);
    }
    return read(subject, () -> reading.apply(answer));
  }

  /** Reads what an answer holds, which is nothing in particular. */
  <T> T read(Subject subject, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (NullPointerException
        | ClassCastException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException _) { // What Gson and those that use it say of another form.
      throw Refusals.unreadable(connection, subject);
    }
  }

  private static boolean has(JsonObject found, JsonObject asked) {
    return asked.entrySet().stream()
        .filter(field -> !field.getValue().isJsonNull())
        .allMatch(field -> matches(found.get(field.getKey()), field.getValue()));
  }

  private static boolean matches(@Nullable JsonElement found, JsonElement asked) {
    if (found == null || !found.isJsonObject() || !asked.isJsonObject()) {
      return found != null && spelling(asked).equals(spelling(found));
    }
    return has(found.getAsJsonObject(), asked.getAsJsonObject());
  }

  /** The server drops spaces around URLs and regions, and the final slash of URLs. */
  private static JsonElement spelling(JsonElement json) {
    return json.isJsonPrimitive() && json.getAsJsonPrimitive().isString()
        ? new JsonPrimitive(json.getAsString().strip().replaceAll("/+$", ""))
        : json;
  }

  /** Changes something, unless it has changed since it was read. */
  JsonObject patch(String path, JsonObject body, Optional<String> etag, Subject subject) {
    return success(send("PATCH", path, Optional.of(body), unchanged(etag), subject), subject);
  }

  /** Replaces something, unless it has changed since it was read. */
  JsonObject put(String path, JsonObject body, Optional<String> etag, Subject subject) {
    return success(send("PUT", path, Optional.of(body), unchanged(etag), subject), subject);
  }

  /** Deletes something, unless it has changed since it was read; it may be gone already. */
  void delete(String path, Optional<String> etag, Subject subject) {
    HttpResponse<String> answer = send("DELETE", path, Optional.empty(), unchanged(etag), subject);
    if (answer.statusCode() / 100 != 2 && !Refusals.isGone(answer)) {
      throw Refusals.of(connection, subject, answer);
    }
  }

  private static Map<String, String> unchanged(Optional<String> etag) {
    return etag.map(value -> Map.of("if-match", value)).orElse(Map.of());
  }

  private JsonObject success(HttpResponse<String> answer, Subject subject) {
    if (answer.statusCode() / 100 != 2) {
      throw Refusals.of(connection, subject, answer);
    }
    return Refusals.json(connection, answer);
  }

  private HttpResponse<String> send(
      String method,
      String path,
      Optional<JsonObject> body,
      Map<String, String> headers,
      Subject subject) {
    try {
      return attempt(method, path, body, headers);
    } catch (IOException e) {
      throw Refusals.unreachable(connection, subject, e);
    }
  }

  /** Sends a request, once more with a new token when the token was refused. */
  private HttpResponse<String> attempt(
      String method, String path, Optional<JsonObject> body, Map<String, String> headers)
      throws IOException {
    String token = tokens.get();
    HttpResponse<String> answer = http.send(request(method, path, body, headers, token));
    return answer.statusCode() == 401 && tokens.drop(token)
        ? http.send(request(method, path, body, headers, tokens.get()))
        : answer;
  }

  private HttpRequest request(
      String method,
      String path,
      Optional<JsonObject> body,
      Map<String, String> headers,
      String token) {
    var request =
        HttpRequest.newBuilder(URI.create(connection.endpoint() + path.substring(1)))
            .timeout(connection.timeout())
            .header("authorization", "Bearer " + token)
            .header("accept", "application/json, application/problem+json")
            .method(
                method,
                body.isPresent()
                    ? BodyPublishers.ofString(body.get().toString())
                    : BodyPublishers.noBody());
    body.ifPresent(_ -> request.header("content-type", "application/json"));
    headers.forEach(request::header);
    return request.build();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
