package dev.adp.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** An upstream whose streams begin well and end as an error, in the words of who is called. */
final class BreakingModel implements AutoCloseable {
  private static final String OPENAI =
      """
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-5.4-mini","choices":[{"index":0,"delta":{"content":"Once"}}]}

      data: {"error":{"message":"the model broke off","type":"server_error","param":null,"code":null}}

      """;

  private static final String ANTHROPIC =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1200,"output_tokens":1}}}

      event: error
      data: {"type":"error","error":{"type":"overloaded_error","message":"the model broke off"}}

      """;

  private static final String GOOGLE =
      """
      data: {"candidates":[{"content":{"parts":[{"text":"Once"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":1200,"candidatesTokenCount":1},"modelVersion":"gemini-2.5-flash"}

      data: {"error":{"code":503,"message":"the model broke off","status":"UNAVAILABLE"}}

      """;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server =
      vertx
          .createHttpServer()
          .requestHandler(request -> request.body().onSuccess(_ -> answer(request)))
          .listen(0, "127.0.0.1")
          .await();

  private BreakingModel() {}

  /** Starts it on a free port. */
  static BreakingModel start() {
    return new BreakingModel();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private static void answer(HttpServerRequest request) {
    HttpServerResponse response = request.response().setChunked(true);
    response.putHeader("content-type", "text/event-stream");
    var _ = response.end(events(request.uri()));
  }

  private static String events(String uri) {
    if (uri.endsWith("/chat/completions")) {
      return OPENAI;
    }
    return uri.endsWith("/messages") ? ANTHROPIC : GOOGLE;
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
