package dev.adp.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream in this process that speaks OpenAI's chat completions: it outlives the gateway before
 * it, and its streams end when a test says so.
 */
final class FakeModel implements AutoCloseable {
  static final String MODEL = "gpt-5.4-mini";
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15}";
  private static final String ANSWER =
      """
      {"id":"chatcmpl-1","object":"chat.completion","model":"%s","choices":[{"index":0,\
      "message":{"role":"assistant","content":"%s"},"finish_reason":"stop"}],%s}"""
          .formatted(MODEL, "Hello there. ".repeat(64), USAGE);
  private static final String EVENT =
      """
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"%s",\
      "choices":[{"index":0,"delta":{"content":"Hello there. "}}]}

      """
          .formatted(MODEL);
  private static final String END =
      "data: {\"choices\":[],%s}\n\ndata: [DONE]\n\n".formatted(USAGE);

  private final Vertx vertx;
  private final HttpServer server;
  private final Queue<HttpServerResponse> held = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean holding;

  private FakeModel(Vertx vertx) {
    this.vertx = vertx;
    server = vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
  }

  /** Starts it on a free port. */
  static FakeModel start(Vertx vertx) {
    return new FakeModel(vertx);
  }

  /** As a provider's base URL. */
  String baseUrl() {
    return "http://127.0.0.1:%d/v1".formatted(server.actualPort());
  }

  /** From now on streams begin and do not end, until {@link #finish}. */
  void hold() {
    holding = true;
  }

  /** Ends every stream that has begun. */
  void finish() {
    holding = false;
    for (HttpServerResponse next = held.poll(); next != null; next = held.poll()) {
      HttpServerResponse response = next;
      vertx.runOnContext(_ -> response.end(END));
    }
  }

  /** Streams that have begun and wait for their end. */
  int held() {
    return held.size();
  }

  /** Calls that have come so far. */
  int asked() {
    return asked.get();
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              asked.incrementAndGet();
              if (body.toString().contains("\"stream\":true")) {
                stream(request.response());
              } else {
                request.response().putHeader("content-type", "application/json").end(ANSWER);
              }
            });
  }

  private void stream(HttpServerResponse response) {
    response.setChunked(true).putHeader("content-type", "text/event-stream");
    var _ = response.write(EVENT + EVENT);
    if (holding) {
      held.add(response);
    } else {
      var _ = response.end(EVENT + END);
    }
  }

  @Override
  public void close() {
    server.close().await();
  }
}
