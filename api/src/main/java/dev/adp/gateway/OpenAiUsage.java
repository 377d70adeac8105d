package dev.adp.gateway;

import static dev.adp.gateway.UsageReader.count;
import static dev.adp.gateway.UsageReader.object;
import static dev.adp.gateway.UsageReader.text;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads usage in the shapes of OpenAI's API and of the servers that imitate it. Cached and
 * cache-written tokens are reported inside the prompt, reasoning inside the completion: here they
 * are taken apart.
 */
final class OpenAiUsage implements UsageReader {
  private Reported reported = Reported.NOTHING;

  @Override
  public List<String> telling() {
    return List.of("usage", "x_groq", "model", "id", "service_tier", "error", "type", "background");
  }

  @Override
  public Set<String> envelopes() {
    return Set.of("response");
  }

  @Override
  public List<String> marks() {
    return List.of("\"usage\"", "\"error\"");
  }

  @Override
  public Set<String> lastEvents() {
    return Set.of("response.completed", "response.incomplete", "response.failed");
  }

  @Override
  public void accept(JsonObject object) {
    reported = reported.then(read(object));
  }

  @Override
  public Reported reported() {
    return reported;
  }

  /** Reads a whole answer or one event of a stream. */
  static Reported read(JsonObject answer) {
    JsonObject response = object(answer, "response").orElse(answer); // Events of the Responses API.
    Reported told =
        Reported.of(
            usage(response).map(OpenAiUsage::tokens),
            text(response, "model"),
            text(response, "id"));
    return told.servedAt(text(response, "service_tier"))
        .asBackground(Boolean.TRUE.equals(response.getValue("background")))
        .asFailed(isError(answer) || isError(response))
        .asOdd(usage(response).map(OpenAiUsage::isOdd).orElse(false));
  }

  /** An answer of the Responses API that went well says {@code "error": null}. */
  private static boolean isError(JsonObject json) {
    return json.getValue("error") instanceof JsonObject || "error".equals(json.getValue("type"));
  }

  private static Optional<JsonObject> usage(JsonObject response) {
    return object(response, "usage")
        .filter(usage -> !"duration".equals(usage.getValue("type"))) // Seconds of audio.
        .or(() -> object(response, "x_groq").flatMap(groq -> object(groq, "usage")));
  }

  /** What one usage object says, each count once. */
  private record Counts(long prompt, long completion, long cached, long written, long reasoning) {
    static Counts of(JsonObject usage) {
      JsonObject prompt = details(usage, "prompt_tokens_details", "input_tokens_details");
      JsonObject completion = details(usage, "completion_tokens_details", "output_tokens_details");
      return new Counts(
          count(usage, "prompt_tokens", "input_tokens"),
          count(usage, "completion_tokens", "output_tokens"),
          Math.max(
              count(prompt, "cached_tokens"),
              count(usage, "cached_tokens", "prompt_cache_hit_tokens")),
          count(prompt, "cache_write_tokens"),
          count(completion, "reasoning_tokens"));
    }

    private static JsonObject details(JsonObject usage, String name, String otherName) {
      return object(usage, name).or(() -> object(usage, otherName)).orElseGet(JsonObject::new);
    }
  }

  static Tokens tokens(JsonObject usage) {
    var counts = Counts.of(usage);
    return new Tokens(
        Math.max(0, counts.prompt() - counts.cached() - counts.written()),
        Math.max(0, counts.completion() - counts.reasoning()),
        counts.cached(),
        counts.written(),
        0,
        0,
        counts.reasoning(),
        0);
  }

  private static boolean isOdd(JsonObject usage) {
    var counts = Counts.of(usage);
    return counts.prompt() < counts.cached() + counts.written()
        || counts.completion() < counts.reasoning();
  }
}
