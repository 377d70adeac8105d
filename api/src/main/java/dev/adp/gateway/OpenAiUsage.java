package dev.adp.gateway;

import static dev.adp.gateway.UsageReader.count;
import static dev.adp.gateway.UsageReader.object;
import static dev.adp.gateway.UsageReader.text;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads usage in the shapes of OpenAI's API and of the servers that imitate it. Cached and
 * cache-written tokens are reported inside the prompt, reasoning inside the completion: here they
 * are taken apart.
 */
final class OpenAiUsage implements UsageReader {
  static final String CACHE_OPTIONS = "prompt_cache_options";
  private static final JsonKeys TELLING =
      JsonKeys.of(
          "usage",
          "x_groq",
          "model",
          "id",
          "service_tier",
          "error",
          "type",
          "background",
          CACHE_OPTIONS);

  private final boolean cachesLong;
  private Reported reported = Reported.NOTHING;

  /**
   * @param cachesLong whether the request asks that what it writes to the cache stays for twelve
   *     hours, not half an hour; an answer that tells it by itself is right
   */
  OpenAiUsage(boolean cachesLong) {
    this.cachesLong = cachesLong;
  }

  /** Whether options of a request, or of the answer that repeats them, ask for the long life. */
  static boolean cachesLong(@Nullable Object options) {
    return options instanceof JsonObject json && "12h".equals(json.getValue("ttl"));
  }

  @Override
  public JsonKeys telling() {
    return TELLING;
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
    reported = reported.then(read(object, cachesLong));
  }

  @Override
  public Reported reported() {
    return reported;
  }

  /** Reads a whole answer or one event of a stream. */
  static Reported read(JsonObject answer) {
    return read(answer, false);
  }

  private static Reported read(JsonObject answer, boolean asksForLong) {
    JsonObject response = object(answer, "response").orElse(answer); // Events of the Responses API.
    boolean cachesLong =
        response.containsKey(CACHE_OPTIONS)
            ? cachesLong(response.getValue(CACHE_OPTIONS))
            : asksForLong;
    Reported told =
        Reported.of(
            usage(response).map(usage -> Counts.of(usage, cachesLong).tokens()),
            text(response, "model"),
            text(response, "id"));
    return told.servedAt(text(response, "service_tier"))
        .asBackground(Boolean.TRUE.equals(response.getValue("background")))
        .asFailed(isError(answer) || isError(response))
        .asOdd(usage(response).map(usage -> Counts.of(usage, cachesLong).isOdd()).orElse(false));
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
  private record Counts(
      long prompt, long completion, long cached, long written, long writtenLong, long reasoning) {
    /**
     * @param cachesLong how long what was written stays, when the counts do not tell it
     */
    static Counts of(JsonObject usage, boolean cachesLong) {
      JsonObject prompt = details(usage, "prompt_tokens_details", "input_tokens_details");
      JsonObject completion = details(usage, "completion_tokens_details", "output_tokens_details");
      long written = count(prompt, "cache_write_tokens");
      long writtenLong =
          object(prompt, "cache_write_tokens_details")
              .map(split -> Math.min(written, count(split, "ttl_12h_tokens")))
              .orElse(cachesLong ? written : 0);
      return new Counts(
          count(usage, "prompt_tokens", "input_tokens"),
          count(usage, "completion_tokens", "output_tokens"),
          Math.max(
              count(prompt, "cached_tokens"),
              count(usage, "cached_tokens", "prompt_cache_hit_tokens")),
          written,
          writtenLong,
          count(completion, "reasoning_tokens"));
    }

    private static JsonObject details(JsonObject usage, String name, String otherName) {
      return object(usage, name).or(() -> object(usage, otherName)).orElseGet(JsonObject::new);
    }

    /** The shorter life of a cache is billed as five minutes, the longer one as an hour. */
    Tokens tokens() {
      return new Tokens(
          Math.max(0, prompt - cached - written),
          Math.max(0, completion - reasoning),
          cached,
          written - writtenLong,
          writtenLong,
          0,
          reasoning,
          0);
    }

    boolean isOdd() {
      return prompt < cached + written || completion < reasoning;
    }
  }
}
