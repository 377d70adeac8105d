package dev.adp.gateway;

import static dev.adp.gateway.UsageReader.count;
import static dev.adp.gateway.UsageReader.object;
import static dev.adp.gateway.UsageReader.text;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads usage of the Gemini API. Each event of a stream reports totals so far. Cached tokens are
 * reported inside the prompt, thoughts and tool-use input beside the candidates and the prompt.
 *
 * <p>An interaction is kept by the upstream, and never tells whether it was made in the background:
 * so each that is done counts once by its id, whichever call shows it first.
 */
final class GeminiUsage implements UsageReader {
  private static final JsonKeys TELLING =
      JsonKeys.of(
          "usageMetadata",
          "usage",
          "modelVersion",
          "model",
          "agent",
          "responseId",
          "id",
          "status",
          "service_tier",
          "error");
  private static final String IN_PROGRESS = "in_progress";

  /** States in which an interaction is still at work. */
  private static final Set<String> PENDING = Set.of(IN_PROGRESS, "queued");

  private Reported reported = Reported.NOTHING;
  private boolean interacts;
  private boolean pending;

  @Override
  public JsonKeys telling() {
    return TELLING;
  }

  @Override
  public Set<String> envelopes() {
    return Set.of("interaction");
  }

  @Override
  public List<String> marks() {
    return List.of("\"usageMetadata\"", "\"usage\"", "\"error\"");
  }

  /** The end of the stream is its only mark, but for interactions. */
  @Override
  public Set<String> lastEvents() {
    return Set.of("interaction.complete", "interaction.completed");
  }

  @Override
  public void accept(JsonObject object) {
    JsonObject answer = object(object, "interaction").orElse(object);
    Optional<JsonObject> metadata = object(answer, "usageMetadata");
    Optional<JsonObject> interaction = object(answer, "usage");
    Reported told =
        Reported.of(
            metadata.map(GeminiUsage::tokens).or(() -> interaction.map(GeminiUsage::ofInteraction)),
            first(text(answer, "modelVersion"), text(answer, "model"), text(answer, "agent")),
            first(text(answer, "responseId"), text(answer, "id")));
    String tier =
        metadata.map(usage -> text(usage, "serviceTier")).orElse(text(answer, "service_tier"));
    reported =
        reported.then(
            told.servedAt(tier.toLowerCase(Locale.ROOT))
                .asFailed(object.getValue("error") instanceof JsonObject)
                .asOdd(metadata.map(GeminiUsage::isOdd).orElse(false)));
    interacts |= interaction.isPresent() || PENDING.contains(text(answer, "status"));
    pending = PENDING.contains(first(text(answer, "status"), pending ? IN_PROGRESS : ""));
  }

  @Override
  public Reported reported() {
    boolean done = !pending && reported.tokens().isPresent();
    // One that broke off while it was told of has cost what nobody knows.
    boolean queued = pending && reported.tokens().isEmpty() && !reported.failed();
    return reported.asBackground(interacts && !reported.id().isEmpty() && (done || queued));
  }

  private static Tokens tokens(JsonObject usage) {
    long cached = count(usage, "cachedContentTokenCount");
    return new Tokens(
        Math.max(0, count(usage, "promptTokenCount") - cached),
        count(usage, "candidatesTokenCount", "responseTokenCount"),
        cached,
        0,
        0,
        0,
        count(usage, "thoughtsTokenCount"),
        count(usage, "toolUsePromptTokenCount"));
  }

  private static Tokens ofInteraction(JsonObject usage) {
    long cached = count(usage, "total_cached_tokens");
    return new Tokens(
        Math.max(0, count(usage, "total_input_tokens") - cached),
        count(usage, "total_output_tokens"),
        cached,
        0,
        0,
        0,
        count(usage, "total_thought_tokens"),
        count(usage, "total_tool_use_tokens"));
  }

  private static boolean isOdd(JsonObject usage) {
    return count(usage, "promptTokenCount") < count(usage, "cachedContentTokenCount");
  }

  private static String first(String... texts) {
    return Stream.of(texts).filter(text -> !text.isEmpty()).findFirst().orElse("");
  }
}
