package dev.adp.api;

import dev.adp.domain.Conversation;
import dev.adp.domain.Conversation.ProviderName;
import dev.adp.domain.ConversationTurn;
import dev.adp.domain.ConversationTurn.Messages;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Conversations;
import dev.adp.store.ProviderJson;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code /v1/transcripts}: what was said, as far as it is recorded. */
final class TranscriptApi {
  private final Conversations conversations;

  TranscriptApi(Conversations conversations) {
    this.conversations = conversations;
  }

  void mount(Router router) {
    router.get("/v1/transcripts").handler(this::list);
    router.get("/v1/transcripts/:conversation_id").handler(this::get);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Optional<Instant> start = request.instant("start");
    Optional<Instant> end = request.instant("end");
    if (start.isPresent() && end.isPresent() && !start.get().isBefore(end.get())) {
      throw new Invalid("start", "must be before end");
    }
    var query =
        new Conversation.Query(
            request.query("q").orElse(""),
            request.query("provider").orElse(""),
            request.query("agent").orElse(""),
            request.query("status").map(Outcome::valueOf), // One of them, as the document says.
            request.bool("failed"),
            request.bool("recorded"),
            start,
            end);
    var slice = conversations.list(request.actor(), query, request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("transcripts", slice, TranscriptApi::json);
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    try (var _ = conversations.room(request.actor())) {
      var part =
          conversations.get(
              request.actor(),
              Conversation.ofPath(request.path("conversation_id")),
              request.pageSize(),
              request.pageKey());
      ctx.json(
          json(part.conversation())
              .mergeIn(new ApiAnswer(ctx).page("turns", part.turns(), TranscriptApi::json)));
    }
  }

  private static JsonObject json(Conversation conversation) {
    return new JsonObject()
        .put("conversation_id", conversation.id())
        .put("started_at", conversation.startedAt().toString())
        .put("ended_at", conversation.endedAt().toString())
        .put("duration_ms", String.valueOf(conversation.duration().toMillis()))
        .put("status", conversation.lastOutcome().name())
        .put("turn_count", String.valueOf(conversation.turns()))
        .put("failed_turn_count", String.valueOf(conversation.failedTurns()))
        .put("missing_usage_turn_count", String.valueOf(conversation.missingUsageTurns()))
        .put("recorded_input_count", String.valueOf(conversation.inputTurns()))
        .put("recorded_output_count", String.valueOf(conversation.outputTurns()))
        .put("total_tokens", String.valueOf(conversation.tokens()))
        .put("unpriced_tokens", String.valueOf(conversation.unpricedTokens()))
        .put("total_cost_microcents", String.valueOf(conversation.costMicrocents()))
        .put(
            "providers",
            new JsonArray(conversation.providers().stream().map(TranscriptApi::json).toList()))
        .put("agents", new JsonArray(conversation.agents()))
        .put("users", new JsonArray(conversation.users()))
        .put("models", new JsonArray(conversation.models()));
  }

  private static JsonObject json(ProviderName provider) {
    return new JsonObject()
        .put("name", provider.name())
        .put("display_name", provider.displayName())
        .put("type", ProviderJson.TYPE_PREFIX + provider.type());
  }

  private static JsonObject json(ConversationTurn turn) {
    return new JsonObject()
        .put("id", turn.id().toString())
        .put("started_at", turn.startedAt().toString())
        .put("trace_id", turn.traceId())
        .put("span_id", turn.spanId())
        .put("parent_span_id", turn.parentSpanId())
        .put("provider", json(turn.provider()))
        .put("model", turn.model())
        .put("model_answered", turn.modelAnswered())
        .put("user", turn.user())
        .put("agent", turn.agent())
        .put("operation", turn.operation())
        .put("streamed", turn.streamed())
        .put("status", turn.outcome().name())
        .put("http_status", turn.status())
        .put("finish_reasons", new JsonArray(turn.finishReasons()))
        .put("latency_ms", String.valueOf(turn.latencyMicros() / 1_000))
        .put(
            "first_byte_ms",
            turn.firstByteMicros().map(micros -> String.valueOf(micros / 1_000)).orElse(null))
        .put("usage_state", turn.usageState().name())
        .put("total_tokens", String.valueOf(turn.tokens().total()))
        .put("unpriced_tokens", String.valueOf(turn.cost().unpricedTokens()))
        .put("total_cost_microcents", String.valueOf(turn.cost().total()))
        .put("usage", SpendingText.usage(turn.tokens(), turn.cost()))
        .put("input", json(turn.input()))
        .put("output", json(turn.output()));
  }

  private static JsonObject json(Messages messages) {
    return new JsonObject()
        .put("recording", messages.state().name())
        .put("messages", messages.isKept() ? read(messages.json()) : new JsonArray());
  }

  /** What cannot be read as JSON, being nested too deeply, is one message of text. */
  private static JsonArray read(String json) {
    try {
      return new JsonArray(json);
    } catch (DecodeException | ClassCastException _) {
      return new JsonArray(
          List.of(
              new JsonObject()
                  .put("role", "unknown")
                  .put(
                      "parts",
                      new JsonArray(
                          List.of(new JsonObject().put("type", "text").put("content", json))))));
    }
  }
}
