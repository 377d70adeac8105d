package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UpstreamCheck;
import dev.adp.http.AccessTokens;
import dev.adp.http.HealthRoutes;
import dev.adp.http.MetricsText;
import dev.adp.http.Refusals;
import dev.adp.http.TokenRoutes;
import dev.adp.store.Drafts;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.ServiceAccounts.Credential;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A gateway on a free port before an upstream on another one, with a real store behind it. The
 * provider "up" leads to the upstream.
 */
final class GatewayRig implements AutoCloseable {
  static final String CHAT = "/chat/completions";
  static final String UPSTREAM_KEY = "sk-upstream-secret";
  private static final String ISSUER = "http://gateway.test";

  private final StoreExtension store;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final RecordingLedger ledger = new RecordingLedger();
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final HttpServer upstream;
  private final AccessTokens tokens;
  private final AwsIdentities aws;
  private final Credential credential;
  private final String deployment;
  private final AtomicInteger port = new AtomicInteger();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final AccessLog log = new AccessLog(new PrintStream(lines, true, StandardCharsets.UTF_8));
  private final GatewayMetrics metrics;
  private final RecordingTranscripts transcripts = new RecordingTranscripts();
  private final Transcriber transcriber;
  private Supplier<Future<?>> stop = Future::succeededFuture;
  private volatile Consumer<HttpServerRequest> answer = request -> request.response().end();

  /** What the upstream got. */
  record Seen(HttpServerRequest request, Buffer body) {
    String header(String name) {
      return String.valueOf(request.getHeader(name));
    }
  }

  GatewayRig(StoreExtension store) {
    this(store, Limits.usual());
  }

  GatewayRig(StoreExtension store, Limits limits) {
    this(store, limits, new AwsIdentities(store.vertx(), store.clock(), Optional.empty()));
  }

  /** With other addresses that upstreams may have. */
  GatewayRig(StoreExtension store, UpstreamCheck upstreams) {
    this(
        store,
        Limits.usual(),
        new AwsIdentities(store.vertx(), store.clock(), Optional.empty()),
        upstreams);
  }

  GatewayRig(StoreExtension store, Limits limits, AwsIdentities aws) {
    this(store, limits, aws, Upstreams.LOCAL);
  }

  private GatewayRig(
      StoreExtension store, Limits limits, AwsIdentities aws, UpstreamCheck upstreams) {
    this.store = store;
    this.aws = aws;
    upstream =
        store
            .vertx()
            .createHttpServer()
            .requestHandler(request -> answer.accept(request))
            .listen(0, "127.0.0.1")
            .await();
    store.secrets().create(ADMIN, Drafts.key(UPSTREAM_KEY), Map.of());
    provider(Drafts.openAi("up", "http://127.0.0.1:" + upstream.actualPort() + "/v1"));
    credential = account("caller", Role.LLM_PROVIDER_INVOKER, false);
    ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
    tokens = new AccessTokens(store.vertx(), ISSUER, snapshot, store.clock());
    var bodies = new BodyBudget(limits.limits().heldBodiesBytesMax());
    var calls = new CallLimit(limits.limits().callsMax(), limits.limits().providerCallsMax());
    metrics = new GatewayMetrics(snapshot, calls, bodies);
    transcriber = new Transcriber(limits.transcripts(), transcripts, CallSpans.unexported());
    deployment =
        deploy(
            new GatewaySettings("127.0.0.1", 0, Optional.empty(), upstreams, limits.limits()),
            snapshot,
            bodies,
            calls,
            new CallReports(metrics, Optional.of(log)));
  }

  private String deploy(
      GatewaySettings settings,
      ProviderSnapshot snapshot,
      BodyBudget bodies,
      CallLimit calls,
      CallReports reports) {
    var verticle =
        new GatewayVerticle(
            settings,
            snapshot,
            () -> tokens,
            new TokenRoutes(
                ISSUER, tokens, store.serviceAccounts(), new Refusals(store.refusals(), "token")),
            new HealthRoutes(() -> true),
            ledger,
            bodies,
            calls,
            reports,
            transcriber,
            aws,
            store.clock(),
            UUID::randomUUID);
    Deployable onFreePort =
        new Deployable() {
          @Override
          public Future<?> deploy(Context context) throws Exception {
            return verticle
                .deploy(context)
                .onSuccess(server -> port.set(((HttpServer) server).actualPort()));
          }
        };
    stop = verticle::stop;
    return store.vertx().deployVerticle(onFreePort).await();
  }

  RecordingLedger ledger() {
    return ledger;
  }

  /** The turns of conversations, as the store would get them. */
  RecordingTranscripts transcripts() {
    return transcripts;
  }

  Credential credential() {
    return credential;
  }

  int port() {
    return port.get();
  }

  int upstreamPort() {
    return upstream.actualPort();
  }

  Credential account(String name, Role role, boolean agent) {
    return store.serviceAccounts().create(ADMIN, new ResourceId(name), name, role, agent);
  }

  void provider(Draft draft) {
    var _ = store.providers().create(ADMIN, draft, List.of());
  }

  /** Changes the provider "up". */
  void change(UnaryOperator<Draft> change) {
    change("up", change);
  }

  void change(String provider, UnaryOperator<Draft> change) {
    var _ = store.providers().update(ADMIN, new ResourceId(provider), _ -> true, change, List.of());
  }

  String token() {
    return token(credential);
  }

  String token(Credential of) {
    return tokens.issue(of.clientId(), "test");
  }

  /** The upstream answers like this, once it has the whole request. */
  void answers(Consumer<HttpServerRequest> whole) {
    answer =
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      seen.add(new Seen(request, body));
                      whole.accept(request);
                    });
  }

  /** The upstream answers like this at once, whatever of the body has arrived. */
  void answersAtOnce(Consumer<HttpServerRequest> handler) {
    answer = handler;
  }

  void answersJson(String json) {
    answers(request -> request.response().putHeader("content-type", "application/json").end(json));
  }

  void answersStream(String events) {
    answers(
        request ->
            request
                .response()
                .setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .end(events));
  }

  /** Another upstream, which sends these bytes instead of an answer and closes. */
  void answersRaw(String bytes) {
    NetServer raw =
        store
            .vertx()
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        _ -> {
                          socket.handler(_ -> {});
                          socket.write(bytes).onComplete(_ -> socket.close());
                        }))
            .listen(0, "127.0.0.1")
            .await();
    leadTo(raw.actualPort());
  }

  /** From now on the provider "up" leads to another upstream. */
  void leadTo(int upstreamPort) {
    leadTo("http://127.0.0.1:" + upstreamPort + "/v1");
  }

  void leadTo(String baseUrl) {
    change(draft -> draft.withConfig(Drafts.openAi("up", baseUrl).config()));
  }

  /** What the upstream has got, waiting for it. */
  Seen seen() throws InterruptedException {
    Seen next = seen.poll(20, SECONDS);
    if (next == null) {
      throw new AssertionError("nothing reached the upstream");
    }
    return next;
  }

  int seenCount() {
    return seen.size();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** A call through the provider "up" with a good token. */
  HttpRequest.Builder call(String path) {
    return HttpRequest.newBuilder(uri("/llm/v1/providers/up" + path))
        .header("authorization", "Bearer " + token());
  }

  HttpRequest chat(String body) {
    return call(CHAT)
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  HttpClient client() {
    return client;
  }

  /** Goes once through the gateway's event loop: whatever was due before has happened. */
  void roundTrip() throws IOException, InterruptedException {
    int status = send(HttpRequest.newBuilder(uri("/healthz/live")).build()).statusCode();
    if (status != 200) {
      throw new AssertionError("the gateway is not alive: " + status);
    }
  }

  /** A connection of its own that has sent this, for clients that misbehave. */
  Socket raw(String head, String body) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /** A chat call on a connection of its own. */
  Socket rawChat(String body) throws IOException {
    return raw(
        "POST /llm/v1/providers/up/chat/completions HTTP/1.1\r\nHost: gateway\r\n"
            + "Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d"
                .formatted(token(), body.getBytes(StandardCharsets.UTF_8).length),
        body);
  }

  /** The metrics after all that the answers so far have brought about. */
  String metrics() throws IOException, InterruptedException {
    roundTrip();
    var text = new MetricsText();
    metrics.write(text);
    log.write(text);
    transcriber.write(text);
    return text.toString();
  }

  /** The access log, whole; nothing is written to it any more. */
  List<String> log() throws IOException, InterruptedException {
    roundTrip();
    log.close();
    return lines.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Stops as at SIGTERM, when calls under way have their time; {@link #close} gives them none. */
  Future<?> stop() {
    return stop.get();
  }

  @Override
  public void close() {
    log.close();
    store.vertx().undeploy(deployment).await();
    transcriber.close();
    aws.close();
    upstream.close().await();
    client.close();
  }
}
