package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.StoreExtension;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Around so many pieces as Vert.x takes in of an answer that it is told to pause. */
@Timeout(60)
class IntakeTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String PIECE = "1\r\nx\r\n";
  private static final String END = "0\r\n\r\n";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private final AtomicInteger calls = new AtomicInteger();
  private final CompletableFuture<Intake> heldBack = new CompletableFuture<>();
  private final CompletableFuture<Void> said = new CompletableFuture<>();
  private final Promise<String> slow = Promise.promise();

  @SuppressWarnings("NullAway.Init")
  private Context loop;

  @SuppressWarnings("NullAway.Init")
  private UpstreamClient client;

  @BeforeEach
  void start() {
    loop = store.vertx().getOrCreateContext();
    client = UpstreamClients.local(store);
  }

  /** The first call gets its pieces once it is held back, the others their answer at once. */
  private RawUpstream upstream(int pieces, boolean closes) throws Exception {
    return new RawUpstream(
        socket -> {
          if (calls.getAndIncrement() > 0) {
            RawUpstream.write(socket, HEAD + PIECE + END);
            return;
          }
          RawUpstream.write(socket, HEAD);
          var _ = heldBack.join();
          RawUpstream.write(socket, PIECE.repeat(pieces) + END);
          if (closes) {
            socket.close();
          }
          said.complete(null);
        });
  }

  private Future<HttpClientResponse> call(RawUpstream upstream) {
    return client
        .dial(
            new RequestOptions().setHost("127.0.0.1").setPort(upstream.port()).setURI("/"),
            new Credential.None(),
            Buffer.buffer())
        .compose(HttpClientRequest::send);
  }

  private void callSlowly(RawUpstream upstream) {
    loop.runOnContext(
        _ ->
            call(upstream)
                .onFailure(slow::tryFail)
                .onSuccess(
                    answer -> {
                      var intake = new Intake(answer);
                      Buffer body = Buffer.buffer();
                      answer.exceptionHandler(slow::tryFail);
                      answer.handler(body::appendBuffer);
                      answer.endHandler(
                          _ -> {
                            intake.end();
                            slow.tryComplete(body.toString());
                          });
                      intake.holdBack();
                      heldBack.complete(intake);
                    }));
  }

  private void assertServed(RawUpstream upstream) throws Exception {
    Promise<Buffer> read = Promise.promise();
    loop.runOnContext(_ -> call(upstream).compose(HttpClientResponse::body).onComplete(read));
    assertThat(read.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasToString("x");
  }

  /** Goes through the event loop by way of the network: what has been sent before has arrived. */
  private void roundTrip() throws Exception {
    try (var other = RawUpstream.saying(HEAD + PIECE + END)) {
      for (int i = 0; i < 3; i++) {
        assertServed(other);
      }
    }
  }

  private void assertAllComes(int pieces) throws Exception {
    Intake intake = heldBack.join();
    loop.runOnContext(_ -> intake.goOn());
    assertThat(slow.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isEqualTo("x".repeat(pieces));
  }

  /** Its connection is not the next call's while it waits, or that one would wait too. */
  @ParameterizedTest
  @ValueSource(ints = {14, 15, 16, 17})
  void anAnswerThatIsHeldBackHoldsBackNoOther(int pieces) throws Exception {
    try (var upstream = upstream(pieces, false)) {
      callSlowly(upstream);
      said.get(20, TimeUnit.SECONDS);
      roundTrip();
      assertServed(upstream);
      assertAllComes(pieces);
      assertServed(upstream);
    }
  }

  /** That it has nothing more to say is no reason to take what it has said for broken off. */
  @ParameterizedTest
  @ValueSource(ints = {15, 16, 20, 22, 100})
  void anAnswerThatIsHeldBackIsWholeThoughItsUpstreamHasClosed(int pieces) throws Exception {
    try (var upstream = upstream(pieces, true)) {
      callSlowly(upstream);
      said.get(20, TimeUnit.SECONDS);
      roundTrip();
      assertAllComes(pieces);
    }
  }
}
