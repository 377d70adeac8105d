package dev.adp.e2e;

import dev.adp.e2e.Talk.Words;
import dev.adp.gateway.EventStreamText;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * An upstream for what {@link Aimock} does otherwise than Bedrock: streams of InvokeModel, whose
 * pieces travel in base64, and errors by the names that AWS has for them.
 */
final class FakeBedrock implements AutoCloseable {
  private static final String TEXT =
      """
      chunk {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"usage":{"input_tokens":1200,"output_tokens":1}}}
      chunk {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}
      chunk {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}
      chunk {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}
      chunk {"type":"content_block_stop","index":0}
      chunk {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":345}}
      chunk {"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1200,"outputTokenCount":345,"invocationLatency":900,"firstByteLatency":300}}
      """;

  /** A stream that begins well and ends as an error. */
  private static final String BROKEN =
      """
      chunk {"type":"message_start","message":{"id":"msg_3","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"usage":{"input_tokens":1200,"output_tokens":1}}}
      exception throttlingException {"message":"slow down"}
      """;

  /** The same of Converse, which reports nothing before its end. */
  private static final String CONVERSATION_BROKEN =
      """
      event messageStart {"role":"assistant"}
      event contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"Once"}}
      exception modelStreamErrorException {"message":"the model broke off","originalStatusCode":500}
      """;

  private static final String ANSWER =
      """
      {"output":{"message":{"role":"assistant","content":[{"text":"Hello from the upstream, in more than one piece."}]}},
       "stopReason":"end_turn","usage":{"inputTokens":1200,"outputTokens":345,"totalTokens":1545},"metrics":{"latencyMs":1}}
      """;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server =
      vertx
          .createHttpServer()
          .requestHandler(request -> request.body().onSuccess(body -> answer(request, body)))
          .listen(0, "127.0.0.1")
          .await();

  private FakeBedrock() {}

  /** Starts it on a free port. */
  static FakeBedrock start() {
    return new FakeBedrock();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  private static void answer(HttpServerRequest request, Buffer body) {
    HttpServerResponse response = request.response();
    if (request.headers().contains("x-aimock-chaos-ratelimit")) {
      response.putHeader("retry-after", "1");
      refuse(response, 429, "ThrottlingException", "Too many requests");
    } else if (body.toString().contains("Break down")) {
      refuse(response, 503, "ServiceUnavailableException", "the upstream is on fire");
    } else if (request.uri().endsWith("-stream")) {
      response.setChunked(true).putHeader("content-type", "application/vnd.amazon.eventstream");
      String asked = body.toString();
      String frames =
          request.uri().endsWith("/converse-stream") ? CONVERSATION_BROKEN : stream(asked);
      var _ = response.end(Buffer.buffer(EventStreamText.frames(frames)));
    } else {
      var _ = response.putHeader("content-type", "application/json").end(ANSWER);
    }
  }

  private static String stream(String asked) {
    if (asked.contains("Break off")) {
      return BROKEN;
    }
    if (!asked.contains(Talk.TOOL)) {
      return TEXT.formatted("Hello from the upstream, ", "in more than one piece.");
    }
    Words words = asked.contains(Words.MARKER) ? Words.COVERT : Words.OPEN;
    return asked.contains("tool_result")
        ? TEXT.formatted(words.answerStart(), words.answerEnd())
        : call(words.city());
  }

  private static String call(String city) {
    return """
    chunk {"type":"message_start","message":{"id":"msg_2","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],"usage":{"input_tokens":80,"output_tokens":1}}}
    chunk {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}}}
    chunk {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\":\\"%s\\","}}
    chunk {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\\"days\\":3}"}}
    chunk {"type":"content_block_stop","index":0}
    chunk {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":17}}
    chunk {"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":80,"outputTokenCount":17,"invocationLatency":900,"firstByteLatency":300}}
    """
        .formatted(city);
  }

  private static void refuse(HttpServerResponse response, int status, String type, String message) {
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .putHeader("x-amzn-errortype", type);
    var _ = response.end(new JsonObject().put("message", message).encode());
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
