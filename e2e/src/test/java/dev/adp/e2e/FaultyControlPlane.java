package dev.adp.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** A control plane of one resource of any kind that fails where it is told to. */
final class FaultyControlPlane implements AutoCloseable {
  /** What becomes of a request. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange, String body) throws IOException;
  }

  /** The API's own word that there is no such thing. */
  static final Answer GONE = problem(404, "NOT_FOUND");

  /**
   * What the API adds of its own, each to resources of some kind; nobody minds what is too much.
   */
  private static final JsonObject OUTPUTS =
      new JsonObject(
          """
          {"agent":false,"credentials":[],"labels":{},"used_by":[],"models":[],"state":"ACTIVE",
           "type":"LLM_PROVIDER_TYPE_ANTHROPIC","uid":"u","url":"http://localhost/x",
           "discovery_url":"http://localhost/d","created_at":"2026-01-01T00:00:00Z",
           "updated_at":"2026-01-01T00:00:00Z","etag":"\\"1\\""}
          """);

  private final HttpServer server;
  private final Map<String, Answer> faults = new ConcurrentHashMap<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<JsonObject>> resource =
      new AtomicReference<>(Optional.empty());

  FaultyControlPlane() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Lets requests of a method meet something else from now on. */
  void instead(String method, Answer fault) {
    faults.put(method, fault);
  }

  /** Lets all requests do from now on what they are meant to. */
  void mend() {
    faults.clear();
  }

  /** Deletes the resource, as somebody else does. */
  void forget() {
    resource.set(Optional.empty());
  }

  /** How many requests of a method there were. */
  long count(String method) {
    return seen.stream().filter(method::equals).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (exchange.getRequestURI().getPath().equals("/oauth/idp/token")) {
      json(exchange, "{\"access_token\":\"t\",\"expires_in\":3600}");
      return;
    }
    String method = exchange.getRequestMethod();
    seen.add(method);
    faults.getOrDefault(method, this::asUsual).to(exchange, body);
  }

  /** Does what was asked for, and says so. */
  void asUsual(HttpExchange exchange, String body) throws IOException {
    act(exchange, body);
    if (exchange.getRequestMethod().equals("DELETE")) {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    } else if (resource.get().isPresent()) {
      json(exchange, resource.get().get().encode());
    } else {
      GONE.to(exchange, body);
    }
  }

  /** Does what was asked for, and says nothing of it. */
  void act(HttpExchange exchange, String body) {
    switch (exchange.getRequestMethod()) {
      case "POST" -> resource.set(Optional.of(with(OUTPUTS, body)));
      case "PATCH", "PUT" -> resource.updateAndGet(now -> now.map(before -> with(before, body)));
      case "DELETE" -> forget();
      default -> {} // It is only looked at.
    }
  }

  /** What is null is as it was at first. */
  private static JsonObject with(JsonObject before, String body) {
    JsonObject after = before.copy();
    new JsonObject(body)
        .forEach(
            field -> {
              Object value =
                  field.getValue() == null ? OUTPUTS.getValue(field.getKey()) : field.getValue();
              if (value == null) {
                after.remove(field.getKey());
              } else {
                after.put(field.getKey(), value);
              }
            });
    after.remove("secret_data"); // As the API, which never shows it.
    return after;
  }

  private static void json(HttpExchange exchange, String body) throws IOException {
    send(exchange, 200, "application/json", body);
  }

  static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.getResponseHeaders().set("retry-after", "0"); // So that nobody waits.
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Refuses, in the words of the API. */
  static Answer problem(int status, String code) {
    return (exchange, _) ->
        send(
            exchange,
            status,
            "application/problem+json",
            new JsonObject()
                .put("status", status)
                .put("code", code)
                .put("detail", "told to fail")
                .put("request_id", "r1")
                .encode());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
