package dev.adp.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * The upstream that streams in a benchmark, a process of its own: an event every ten milliseconds,
 * or as slowly as the path says. What is not streamed nginx answers, which costs least.
 */
final class BenchUpstream {
  static final String MODEL = "gpt-5.4-mini";
  private static final String EVENT =
      "data: {\"id\":\"c\",\"model\":\"%s\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"}}],\"usage\":null}\n\n"
          .formatted(MODEL);
  private static final String USAGE =
      "data: {\"id\":\"c\",\"model\":\"%s\",\"choices\":[],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":20}}\n\ndata: [DONE]\n\n"
          .formatted(MODEL);
  static final int EVENTS = 10;

  private BenchUpstream() {}

  /** Prints its port once it listens. */
  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    long everyMs = Long.parseLong(arguments[0]);
    int port =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> request.body().onSuccess(_ -> stream(vertx, everyMs, request)))
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
    System.out.println("port " + port);
  }

  private static void stream(Vertx vertx, long everyMs, HttpServerRequest request) {
    HttpServerResponse response =
        request.response().setChunked(true).putHeader("content-type", "text/event-stream");
    Buffer event = Buffer.buffer(EVENT);
    var _ = response.write(event);
    int[] left = {EVENTS - 1};
    vertx.setPeriodic(
        everyMs,
        timer -> {
          if (response.closed()) {
            vertx.cancelTimer(timer);
          } else if (left[0]-- > 0) {
            var _ = response.write(event);
          } else {
            vertx.cancelTimer(timer);
            var _ = response.end(USAGE);
          }
        });
  }
}
