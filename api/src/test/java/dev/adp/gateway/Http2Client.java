package dev.adp.gateway;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.adp.store.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Speaks HTTP/2 with prior knowledge to the provider "up", all calls on one connection. */
final class Http2Client implements AutoCloseable {
  /** So that a stream that is not read leaves room for the others. */
  private static final int WINDOW_BYTES = 1 << 20;

  private static final int SHOWN_BYTES_MAX = 100_000;

  private final GatewayRig rig;
  private final HttpClientAgent client;
  private final HttpClientConnection connection;

  Http2Client(Vertx vertx, GatewayRig rig) {
    this.rig = rig;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ConnectionWindowSize(WINDOW_BYTES)
                .setHttp2ClearTextUpgrade(false));
    connection =
        client.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(rig.port())).await();
  }

  /** What comes back of one call. */
  static final class Answer {
    private final CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
    private final CompletableFuture<Buffer> whole = new CompletableFuture<>();
    private final AtomicReference<String> seen = new AtomicReference<>("");

    private void begins(HttpClientResponse response, boolean paused) {
      Buffer body = Buffer.buffer();
      response.handler(
          piece -> {
            body.appendBuffer(piece);
            if (body.length() <= SHOWN_BYTES_MAX) {
              seen.set(body.toString());
            }
          });
      response.exceptionHandler(whole::completeExceptionally);
      response.endHandler(_ -> whole.complete(body));
      if (paused) {
        response.pause();
      }
      head.complete(response);
    }

    private void fails(Throwable cause) {
      head.completeExceptionally(cause);
      whole.completeExceptionally(cause);
    }

    HttpClientResponse head() throws Exception {
      return head.get(60, SECONDS);
    }

    int status() throws Exception {
      return head().statusCode();
    }

    String header(String name) throws Exception {
      return String.valueOf(head().getHeader(name));
    }

    void showed(String text) throws Exception {
      Eventually.holds(text, () -> seen.get().contains(text));
    }

    Buffer bytes() throws Exception {
      return whole.get(60, SECONDS);
    }

    String text() throws Exception {
      return bytes().toString();
    }

    boolean isOver() {
      return whole.isDone();
    }

    /** Why there was no whole answer. */
    Throwable broken() throws Exception {
      try {
        throw new AssertionError("whole: " + text());
      } catch (ExecutionException e) {
        return requireNonNull(e.getCause());
      }
    }
  }

  private RequestOptions call(HttpMethod method, String path) {
    return new RequestOptions()
        .setMethod(method)
        .setURI("/llm/v1/providers/up" + path)
        .putHeader("authorization", "Bearer " + rig.token());
  }

  Answer chat(String body) {
    return send(post(GatewayRig.CHAT, "application/json"), Buffer.buffer(body));
  }

  Answer get(HttpMethod method, String path) {
    return send(call(method, path), Buffer.buffer());
  }

  /** An answer of which nothing is read yet. */
  Answer paused(String path) {
    var answer = new Answer();
    var _ = begin(call(HttpMethod.GET, path), answer, true).compose(request -> request.end());
    return answer;
  }

  Answer send(RequestOptions options, Buffer body) {
    var answer = new Answer();
    var _ =
        begin(options, answer, false)
            .compose(request -> body.length() == 0 ? request.end() : request.end(body));
    return answer;
  }

  /** The head of a request whose body is the caller's affair. */
  HttpClientRequest begin(String path, String type, Answer answer) {
    return begin(post(path, type), answer, false).await().setChunked(true);
  }

  /** The same, where the body is written on the event loop. */
  Answer upload(String path, String type, Consumer<HttpClientRequest> body) {
    var answer = new Answer();
    var _ =
        begin(post(path, type), answer, false)
            .onSuccess(request -> body.accept(request.setChunked(true)));
    return answer;
  }

  private RequestOptions post(String path, String type) {
    return call(HttpMethod.POST, path).putHeader("content-type", type);
  }

  private Future<HttpClientRequest> begin(RequestOptions options, Answer answer, boolean paused) {
    return connection
        .request(options)
        .onSuccess(
            request ->
                request
                    .response()
                    .onSuccess(response -> answer.begins(response, paused))
                    .onFailure(answer::fails))
        .onFailure(answer::fails);
  }

  HttpClientConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    client.close().await();
  }
}
