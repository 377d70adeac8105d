package dev.adp.demo;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Instant;
import java.util.Iterator;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * An upstream to try the gateway with: it speaks OpenAI's chat completions and responses, streamed
 * or not, says back what it was told, and reports usage that adds up. It wants an API key, as real
 * ones do.
 */
public final class EchoModel {
  /** A model of the price catalogue, so that what the demo shows is priced. */
  public static final String MODEL = "gpt-5.4-mini";

  /** Where it listens: what it says needs no other machine. */
  public static final String HOST = "127.0.0.1";

  static final String API_KEY = "echo-model-key";
  private static final long PIECE_MS = 15;
  private static final int BODY_BYTES_MAX = 32 << 20;
  private static final Pattern WORD = Pattern.compile("(?<=\\s)");

  private final Vertx vertx;
  private final EchoTokens tokens = new EchoTokens();
  private final EchoResponses responses = new EchoResponses(tokens);

  private EchoModel(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * Starts the model on the loopback address.
   *
   * @return its base URL
   */
  public static String start(Vertx vertx, int port) {
    var model = new EchoModel(vertx);
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX));
    router.route().handler(EchoModel::authenticate);
    router.post("/v1/chat/completions").handler(model::chat);
    router.post("/v1/responses").handler(model::respond);
    router.get("/v1/models").handler(EchoModel::models);
    router
        .route()
        .handler(
            ctx ->
                refuse(
                    ctx,
                    404,
                    "not_found",
                    "the echo model knows /v1/chat/completions, /v1/responses and /v1/models"));
    int actual =
        vertx.createHttpServer().requestHandler(router).listen(port, HOST).await().actualPort();
    return "http://%s:%d/v1".formatted(HOST, actual);
  }

  private static void authenticate(RoutingContext ctx) {
    if (("Bearer " + API_KEY).equals(ctx.request().getHeader("authorization"))) {
      ctx.next();
    } else {
      refuse(
          ctx,
          401,
          "invalid_api_key",
          "the echo model speaks OpenAI's API and wants its own API key: the secret DEMO_API_KEY");
    }
  }

  private static void models(RoutingContext ctx) {
    ctx.json(
        new JsonObject()
            .put("object", "list")
            .put(
                "data",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("id", MODEL)
                            .put("object", "model")
                            .put("owned_by", "echo"))));
  }

  private void chat(RoutingContext ctx) {
    JsonObject request = body(ctx);
    if (!(request.getValue("messages") instanceof JsonArray messages) || messages.isEmpty()) {
      refuse(ctx, 400, "invalid_request_error", "send a chat completion request with messages");
      return;
    }
    String said = said(messages);
    JsonObject usage = tokens.usage(messages, reasoning(said), said);
    JsonObject head =
        new JsonObject()
            .put("id", "chatcmpl-" + UUID.randomUUID())
            .put("created", Instant.now().getEpochSecond())
            .put("model", request.getString("model", MODEL));
    if (Boolean.TRUE.equals(request.getValue("stream"))) {
      HttpServerResponse response = stream(ctx);
      event(
          response,
          piece(head, new JsonObject().put("role", "assistant").put("content", ""), false));
      wordByWord(
          response,
          said,
          word -> event(response, piece(head, new JsonObject().put("content", word), false)),
          () -> end(response, head, usage, wantsUsage(request)));
    } else {
      ctx.json(whole(head, said, usage));
    }
  }

  private void respond(RoutingContext ctx) {
    JsonObject request = body(ctx);
    JsonArray messages = EchoResponses.messages(request);
    if (messages.isEmpty()) {
      refuse(ctx, 400, "invalid_request_error", "send a request with an input");
      return;
    }
    String said = said(messages);
    JsonObject begun = EchoResponses.begun(request);
    JsonObject ended = responses.ended(begun, messages, reasoning(said), said);
    if (!Boolean.TRUE.equals(request.getValue("stream"))) {
      ctx.json(ended);
      return;
    }
    var events = new EchoResponses.Events(stream(ctx), begun);
    events.begin();
    wordByWord(ctx.response(), said, events::word, () -> events.end(ended, said));
  }

  private static String said(JsonArray messages) {
    return messages.getValue(messages.size() - 1) instanceof JsonObject last
        ? EchoTokens.text(last)
        : "";
  }

  private static String reasoning(String said) {
    return "I was told: %s. I say it back.".formatted(said);
  }

  private static JsonObject body(RoutingContext ctx) {
    try {
      JsonObject json = ctx.body().asJsonObject();
      return json == null ? new JsonObject() : json;
    } catch (DecodeException | ClassCastException _) {
      return new JsonObject();
    }
  }

  private static boolean wantsUsage(JsonObject request) {
    return request.getValue("stream_options") instanceof JsonObject options
        && Boolean.TRUE.equals(options.getValue("include_usage"));
  }

  private static JsonObject whole(JsonObject head, String said, JsonObject usage) {
    return head.copy()
        .put("object", "chat.completion")
        .put(
            "choices",
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("index", 0)
                        .put(
                            "message",
                            new JsonObject().put("role", "assistant").put("content", said))
                        .put("finish_reason", "stop")))
        .put("usage", usage);
  }

  private static HttpServerResponse stream(RoutingContext ctx) {
    return ctx.response().setChunked(true).putHeader("content-type", "text/event-stream");
  }

  /** A word at a time, so that one can watch it. */
  private void wordByWord(
      HttpServerResponse response, String said, Consumer<String> each, Runnable end) {
    Iterator<String> words = WORD.splitAsStream(said).iterator();
    vertx.setPeriodic(
        PIECE_MS,
        timer -> {
          if (response.closed()) {
            vertx.cancelTimer(timer);
          } else if (words.hasNext()) {
            each.accept(words.next());
          } else {
            vertx.cancelTimer(timer);
            end.run();
          }
        });
  }

  private static void end(
      HttpServerResponse response, JsonObject head, JsonObject usage, boolean withUsage) {
    event(response, piece(head, new JsonObject(), true));
    if (withUsage) {
      event(
          response,
          head.copy()
              .put("object", "chat.completion.chunk")
              .put("choices", new JsonArray())
              .put("usage", usage));
    }
    var _ = response.end("data: [DONE]\n\n");
  }

  private static JsonObject piece(JsonObject head, JsonObject delta, boolean last) {
    var choice = new JsonObject().put("index", 0).put("delta", delta);
    if (last) {
      choice.put("finish_reason", "stop");
    } else {
      choice.putNull("finish_reason");
    }
    return head.copy()
        .put("object", "chat.completion.chunk")
        .put("choices", new JsonArray().add(choice));
  }

  private static void event(HttpServerResponse response, JsonObject data) {
    var _ = response.write("data: " + data.encode() + "\n\n");
  }

  private static void refuse(RoutingContext ctx, int status, String code, String message) {
    ctx.response().setStatusCode(status);
    ctx.json(
        new JsonObject().put("error", new JsonObject().put("message", message).put("code", code)));
  }
}
