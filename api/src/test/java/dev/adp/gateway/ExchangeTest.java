package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.INVOKER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.http.AccessTokens;
import dev.adp.store.Drafts;
import dev.adp.store.Eventually;
import dev.adp.store.Invocation;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody has foreseen while an answer passes. */
@Timeout(60)
class ExchangeTest {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";

  private static final int CALLS = 8;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private volatile boolean answers = true;
  private final RecordingLedger ledger = new RecordingLedger();
  private final CallLimit limit = new CallLimit(CALLS, CALLS);

  @SuppressWarnings("NullAway.Init")
  private RawUpstream upstream;

  @SuppressWarnings("NullAway.Init")
  private Gateway gateway;

  @SuppressWarnings("NullAway.Init")
  private Invocation invocation;

  @BeforeEach
  void start() throws Exception {
    upstream =
        new RawUpstream(
            socket -> {
              if (answers) {
                RawUpstream.write(socket, ANSWER);
              }
            });
    store.secrets().create(ADMIN, Drafts.key(GatewayRig.UPSTREAM_KEY), Map.of());
    var up = Drafts.openAi("up", "http://127.0.0.1:" + upstream.port());
    var _ = store.providers().create(ADMIN, up, List.of());
    ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
    invocation = snapshot.invoke(INVOKER, "up");
    var settings =
        new GatewaySettings(
            "127.0.0.1", 0, Optional.empty(), Upstreams.LOCAL, GatewayLimits.DEFAULT);
    var bodies = new BodyBudget(0);
    var metrics = new GatewayMetrics(snapshot, limit, bodies);
    gateway =
        new Gateway(
            store.vertx(),
            new UpstreamClient(store.vertx(), settings, metrics),
            new AwsIdentities(store.vertx(), store.clock(), Optional.empty()),
            snapshot,
            new AccessTokens(store.vertx(), "http://gateway.test", snapshot, store.clock()),
            ledger,
            bodies,
            new CallReports(metrics, Optional.empty()),
            settings,
            store.clock(),
            UUID::randomUUID,
            new Transcriber(
                TranscriptLimits.DEFAULT, new RecordingTranscripts(), CallSpans.unexported()),
            new LiveCalls(limit));
  }

  @AfterEach
  void stop() {
    upstream.close();
    gateway.transcriber().close();
    gateway.aws().close();
  }

  private void exchange(HttpServerRequest request) {
    assertThat(gateway.calls().mayBegin(invocation.provider())).isTrue();
    var target = Target.idle("/models", Wire.OPENAI);
    var asked = new Asked("GET /models", "", false, target, ErrorShape.OPENAI, "", false, false);
    var start = new CallStart(store.clock().instant(), System.nanoTime(), "r", "http/1.1");
    new Exchange(
            gateway,
            request,
            UpstreamCall.of(invocation, target, request.method(), null, request.headers()),
            new Credential.None(),
            asked,
            start,
            new CallRecord(
                UUID.randomUUID(), gateway.reports(), invocation, asked, start, Turn.SILENT),
            Optional.empty())
        .stream(false, Optional.empty(), new WaitingRoom(gateway.budget()));
  }

  /** At the head of an answer, within it, and at its end. */
  @ParameterizedTest
  @ValueSource(strings = {"setStatusCode", "write", "end"})
  void anExceptionEndsTheCallWhereItsClientSeesIt(String method) throws Exception {
    HttpServer server =
        store
            .vertx()
            .createHttpServer()
            .requestHandler(request -> exchange(failing(request, method)))
            .listen(0, "127.0.0.1")
            .await();
    try (Socket client = client(server)) {
      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
          .doesNotEndWith("0\r\n\r\n");
      UsageRecord record = ledger.next();
      assertThat(record.status()).isEqualTo(200);
      awaitNoCall();
      assertThat(ledger.pending()).isZero();
    } finally {
      server.close().await();
    }
  }

  private static Socket client(HttpServer server) throws IOException {
    var client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    client.setSoTimeout(20_000);
    client.getOutputStream().write("GET / HTTP/1.1\r\nHost: g\r\n\r\n".getBytes(UTF_8));
    return client;
  }

  private void awaitNoCall() throws Exception {
    for (int i = 0; i < CALLS; i++) {
      Eventually.holds("the call is over", () -> limit.enter(invocation.provider().uid()));
    }
  }

  /** Nobody knows in which order they are looked at. */
  @Test
  void aCallThatCannotBeEndedKeepsNoOtherFromItsEnd() throws Exception {
    var begun = new AtomicInteger();
    var loop = new CompletableFuture<Context>();
    HttpServer server =
        store
            .vertx()
            .createHttpServer()
            .requestHandler(
                request -> {
                  boolean first = begun.getAndIncrement() == 0;
                  exchange(first ? failing(request, "headWritten") : request);
                  loop.complete(Vertx.currentContext());
                })
            .listen(0, "127.0.0.1")
            .await();
    var clients = new ArrayList<Socket>();
    answers = false;
    try {
      for (int i = 0; i < CALLS; i++) {
        clients.add(client(server));
        int calls = i + 1;
        Eventually.holds("the call has begun", () -> begun.get() == calls);
      }
      long later =
          System.nanoTime() + MILLISECONDS.toNanos(2 * GatewayLimits.DEFAULT.callTimeoutMs());
      loop.get().runOnContext(_ -> gateway.calls().endDead(later));
      for (Socket client : clients.subList(1, CALLS)) {
        byte[] status = client.getInputStream().readNBytes("HTTP/1.1 504".length());
        assertThat(new String(status, UTF_8)).isEqualTo("HTTP/1.1 504");
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
      server.close().await();
    }
  }

  private static HttpServerRequest failing(HttpServerRequest request, String name) {
    HttpServerResponse response =
        proxy(
            HttpServerResponse.class,
            (method, arguments) -> {
              if (method.getName().equals(name)) {
                throw new IllegalStateException("nobody has foreseen this");
              }
              return method.invoke(request.response(), arguments);
            });
    return proxy(
        HttpServerRequest.class,
        (method, arguments) ->
            method.getName().equals("response") ? response : method.invoke(request, arguments));
  }

  private interface Calls {
    Object run(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                return calls.run(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
