package dev.adp.demo;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.ModelCatalog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Conversations that agents might have held: the same each time, marked as samples. */
final class SampleConversations {
  private static final String TOOL_CALL = "tool_call";

  private final LlmProvider provider;
  private final PriceCatalog catalog = ModelCatalog.shipped();
  private final List<Turn> turns = new ArrayList<>();

  /** A call and what was said in it. */
  record Turn(UsageRecord call, CallTranscript transcript) {}

  private SampleConversations(LlmProvider provider) {
    this.provider = provider;
  }

  static List<Turn> of(LlmProvider provider, Instant now) {
    var samples = new SampleConversations(provider);
    samples.ticket(now.minus(Duration.ofMinutes(38)));
    samples.search(now.minus(Duration.ofHours(3)));
    samples.refused(now.minus(Duration.ofHours(5)));
    return samples.turns;
  }

  /** A ticket that takes tools to answer. */
  private void ticket(Instant start) {
    var said = new ArrayList<JsonObject>();
    said.add(
        message(
            "system",
            text("You answer support tickets. Look the account up before you say anything.")));
    said.add(
        message("user", text("Our nightly export fails with “quota exceeded”. Ticket 48213.")));
    JsonObject lookUp =
        message(
            "assistant",
            text("I look up the account and its limits first."),
            call("call_1", "lookup_account", new JsonObject().put("ticket", 48213)),
            call("call_2", "get_limits", new JsonObject().put("resource", "export")));
    turn("support-48213", "agents/support", start, 1_420, said, lookUp);
    said.add(lookUp);
    said.add(
        message(
            "tool",
            result("call_1", new JsonObject().put("account", "a_5513").put("plan", "team")),
            result(
                "call_2", new JsonObject().put("rows_a_day", 2_000_000).put("used", 1_998_112))));
    JsonObject answer =
        message(
            "assistant",
            text(
                "The export meets its daily limit of 2,000,000 rows; the dashboard shows the month.\n\n"
                    + "Split it over two nights, or ask for a higher limit."));
    turn("support-48213", "agents/support", start.plusSeconds(9), 1_730, said, answer);
    said.add(answer);
    said.add(message("user", text("Two nights is fine. Thank you!")));
    turn(
        "support-48213",
        "agents/support",
        start.plusSeconds(71),
        1_910,
        said,
        message("assistant", text("Glad to help. I have noted it on the ticket.")));
  }

  private void search(Instant start) {
    List<JsonObject> said =
        List.of(
            message("system", text("Answer from the documentation, in one sentence.")),
            message("user", text("How long does a gateway token live?")));
    turn(
        "docs-search-7",
        "agents/search",
        start,
        690,
        said,
        message("assistant", text("One hour; clients ask for the next one by themselves.")));
  }

  private void refused(Instant start) {
    JsonObject question = message("user", text("Summarise the last release."));
    record("release-notes-2", "agents/search", start, Tokens.NONE, List.of(question), List.of());
  }

  private void turn(
      String conversation,
      String agent,
      Instant at,
      int inputTokens,
      List<JsonObject> input,
      JsonObject output) {
    var tokens = new Tokens(inputTokens, 120, 0, 0, 0, 0, 0, 0);
    record(conversation, agent, at, tokens, input, List.of(output));
  }

  /** Without an output the upstream has refused. */
  private void record(
      String conversation,
      String agent,
      Instant at,
      Tokens tokens,
      List<JsonObject> input,
      List<JsonObject> output) {
    boolean failed = output.isEmpty();
    String model = provider.models().getFirst().name();
    String type = provider.config().type();
    var id = new UUID(48_213, turns.size());
    var call =
        new UsageRecord(
            id,
            at,
            provider.uid(),
            type,
            model,
            model,
            agent.substring("agents/".length()),
            agent,
            conversation,
            "SAMPLE /chat/completions",
            false,
            failed ? Outcome.UPSTREAM_ERROR : Outcome.OK,
            failed ? 500 : 200,
            UsageState.REPORTED,
            "",
            "",
            1_800_000L + 10L * tokens.input(),
            Optional.of(300_000L),
            2_000,
            4_000,
            tokens,
            Optional.empty(),
            catalog.price(type, model, model, Rates.NONE, tokens, at),
            catalog.version(),
            false,
            "");
    turns.add(
        new Turn(
            call,
            new CallTranscript(
                "%032x".formatted(turns.size() + 1),
                "%016x".formatted(turns.size() + 1),
                Optional.empty(),
                "",
                failed
                    ? List.of()
                    : List.of(output.getFirst().encode().contains(TOOL_CALL) ? TOOL_CALL : "stop"),
                Optional.of(messages(input)),
                failed ? Optional.empty() : Optional.of(messages(output)))));
  }

  private static RecordedMessages messages(List<JsonObject> messages) {
    return new RecordedMessages(new JsonArray(messages).encode(), false);
  }

  private static JsonObject message(String role, JsonObject... parts) {
    return new JsonObject().put("role", role).put("parts", new JsonArray(List.of(parts)));
  }

  private static JsonObject text(String content) {
    return new JsonObject().put("type", "text").put("content", content);
  }

  private static JsonObject call(String id, String name, JsonObject arguments) {
    return new JsonObject()
        .put("type", TOOL_CALL)
        .put("id", id)
        .put("name", name)
        .put("arguments", arguments);
  }

  private static JsonObject result(String id, JsonObject response) {
    return new JsonObject()
        .put("type", "tool_call_response")
        .put("id", id)
        .put("response", response);
  }
}
