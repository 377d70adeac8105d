package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Eventually;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On virtual threads, as the control plane runs. */
@Timeout(60)
class ClientLimitsTest {
  private static final long NEVER = TimeUnit.HOURS.toMillis(1);
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String HALF_A_BODY =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal";

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger answered = new AtomicInteger();
  private int port;

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private void serve(ClientLimits limits) throws Exception {
    var listening = new CompletableFuture<Integer>();
    Deployable server =
        _ -> {
          var options = limits.options("127.0.0.1", 0);
          return vertx
              .createHttpServer(options)
              .connectionHandler(connection -> limits.connected(connection, options))
              .requestHandler(
                  request -> {
                    limits.received(vertx, request);
                    answer(request);
                  })
              .listen()
              .onSuccess(on -> listening.complete(on.actualPort()));
        };
    var threads = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    var _ = vertx.deployVerticle(server, threads).await();
    port = listening.get();
  }

  private void answer(HttpServerRequest request) {
    Future<Void> _ =
        request
            .body()
            .compose(
                body -> {
                  answered.incrementAndGet(); // Before the client can know of it.
                  return request.response().end("got " + body.length());
                });
  }

  private Socket connected() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** All that comes until the other side closes. */
  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException _) {
      return ""; // Closed in the middle of what we sent.
    }
  }

  @Test
  void aConnectionThatIsOneTooManyIsClosedUntilAnotherHasLeft() throws Exception {
    serve(new ClientLimits(2, NEVER, NEVER, NEVER));
    try (Socket first = connected();
        Socket second = connected()) {
      send(first, GET);
      send(second, GET);
      Eventually.holds("both are served", () -> answered.get() == 2);
      try (Socket third = connected()) {
        assertThat(rest(third)).isEmpty();
      }
      first.shutdownOutput();
      Eventually.holds("there is room again", this::isServed);
      send(second, GET);
      Eventually.holds("the others stay", () -> answered.get() >= 4);
    }
  }

  private boolean isServed() {
    int before = answered.get();
    try (Socket another = connected()) {
      send(another, GET.replace("Host: x", "Host: x\r\nConnection: close"));
      return rest(another).contains("got 0") && answered.get() > before;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aHeadThatIsSentTooSlowlyEndsItsConnection() throws Exception {
    serve(new ClientLimits(9, 300, NEVER, NEVER));
    try (Socket socket = connected()) {
      send(socket, "GET / HTTP/1.1\r\nHost: ");
      assertThat(rest(socket)).isEmpty();
    }
  }

  @Test
  void aHeaderOfSeveralLinesIsRefused() throws Exception {
    serve(new ClientLimits(9, NEVER, NEVER, NEVER));
    try (Socket socket = connected()) {
      send(socket, "GET / HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n\r\n");
      assertThat(rest(socket)).startsWith("HTTP/1.1 400 ");
      assertThat(answered).hasValue(0);
    }
  }

  @Test
  void aBodyThatIsSentTooSlowlyIsGivenUp() throws Exception {
    serve(new ClientLimits(9, NEVER, 300, NEVER));
    try (Socket socket = connected()) {
      send(socket, HALF_A_BODY);
      assertThat(rest(socket)).startsWith("HTTP/1.1 408 ");
      assertThat(answered).hasValue(0);
    }
    assertThat(isServed()).isTrue();
  }

  @Test
  void silenceEndsAConnectionInTheEnd() throws Exception {
    serve(new ClientLimits(9, NEVER, NEVER, 2_000));
    try (Socket socket = connected()) {
      send(socket, GET);
      assertThat(rest(socket)).endsWith("got 0");
    }
  }
}
