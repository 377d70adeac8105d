package dev.adp.terraform.redpanda;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.adp.terraform.plugin.HclLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A control plane that answers what it is told to, one request after the other. */
final class ScriptedControlPlane implements AutoCloseable {
  /** What the server does next. */
  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  static final String SECRET = "very-secret";

  /** The connection ends before there is an answer. */
  static final Answer LOST = HttpExchange::close;

  /** The API's own word that there is no such thing. */
  static final Answer GONE = problem(404, ",\"code\":\"NOT_FOUND\"");

  final Deque<Answer> script = new ConcurrentLinkedDeque<>();
  final Deque<Answer> tokenScript = new ConcurrentLinkedDeque<>();
  final List<String> seen = new CopyOnWriteArrayList<>();
  final List<String> ifMatch = new CopyOnWriteArrayList<>();
  final AtomicInteger tokens = new AtomicInteger();

  /** What is answered when the script is at its end. */
  volatile Answer otherwise = LOST;

  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final HttpServer server;

  ScriptedControlPlane() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/oauth/idp/token", this::token);
    server.createContext("/v1/", this::call);
    server.start();
  }

  private void call(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    seen.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("authorization"));
    ifMatch.add(String.valueOf(exchange.getRequestHeaders().getFirst("if-match")));
    Answer next = script.pollFirst();
    (next == null ? otherwise : next).to(exchange);
  }

  private void token(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    Answer scripted = tokenScript.pollFirst();
    if (scripted == null) {
      scripted =
          json(
              "{\"access_token\":\"t%d\",\"expires_in\":3600}".formatted(tokens.incrementAndGet()));
    }
    scripted.to(exchange);
  }

  static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.getResponseHeaders().set("retry-after", "0");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  static Answer json(String body) {
    return exchange -> send(exchange, 200, "application/json", body);
  }

  /** What a proxy says. */
  static Answer page(int status, String html) {
    return exchange -> send(exchange, status, "text/html", html);
  }

  static Answer problem(int status, String rest) {
    return exchange ->
        send(
            exchange,
            status,
            "application/problem+json",
            "{\"status\":%d,\"detail\":\"because\"%s}".formatted(status, rest));
  }

  Client client() {
    return client(Duration.ofSeconds(10));
  }

  Client client(Duration timeout) {
    return client(
        new Connection(
            URI.create("http://localhost:" + server.getAddress().getPort() + "/"),
            new Connection.Credential.ServiceAccount("id", SECRET),
            Optional.empty(),
            timeout,
            Optional.empty()),
        logged);
  }

  static Client client(Connection connection, ByteArrayOutputStream logged) {
    var log =
        new HclLog(
            new PrintStream(logged, true, StandardCharsets.UTF_8),
            HclLog.Level.TRACE,
            Clock.systemUTC());
    var http = new Http(connection, log);
    return new Client(connection, http, new AccessTokens(connection, http, Clock.systemUTC()));
  }

  String log() {
    return logged.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
