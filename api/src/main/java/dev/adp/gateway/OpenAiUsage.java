package dev.adp.gateway;

import dev.adp.domain.Tokens;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Reads usage in the shapes of OpenAI's API and of the servers that imitate it. Cached and
 * cache-written tokens are reported inside the prompt, reasoning inside the completion: here they
 * are taken apart.
 */
final class OpenAiUsage {
  /** No call has more: what a broken upstream claims beyond it must not overflow any sum. */
  private static final double COUNT_MAX = 1e9;

  private OpenAiUsage() {}

  /** Reads a whole answer or one event of a stream. */
  static Reported read(JsonObject answer) {
    JsonObject response = object(answer, "response").orElse(answer); // Events of the Responses API.
    return new Reported(
        usage(response).map(OpenAiUsage::tokens), text(response, "model"), text(response, "id"));
  }

  private static Optional<JsonObject> usage(JsonObject response) {
    return object(response, "usage")
        .filter(usage -> !"duration".equals(usage.getValue("type"))) // Seconds of audio.
        .or(() -> object(response, "x_groq").flatMap(groq -> object(groq, "usage")));
  }

  static Tokens tokens(JsonObject usage) {
    long prompt = count(usage, "prompt_tokens", "input_tokens");
    long completion = count(usage, "completion_tokens", "output_tokens");
    JsonObject promptDetails = details(usage, "prompt_tokens_details", "input_tokens_details");
    JsonObject completionDetails =
        details(usage, "completion_tokens_details", "output_tokens_details");
    long cached =
        Math.max(
            count(promptDetails, "cached_tokens", "cached_tokens"),
            count(usage, "cached_tokens", "prompt_cache_hit_tokens"));
    long cacheWrite = count(promptDetails, "cache_write_tokens", "cache_write_tokens");
    long reasoning = count(completionDetails, "reasoning_tokens", "reasoning_tokens");
    return new Tokens(
        Math.max(0, prompt - cached - cacheWrite),
        Math.max(0, completion - reasoning),
        cached,
        cacheWrite,
        0,
        0,
        reasoning,
        0);
  }

  private static JsonObject details(JsonObject usage, String name, String otherName) {
    return object(usage, name).or(() -> object(usage, otherName)).orElseGet(JsonObject::new);
  }

  private static long count(JsonObject json, String name, String otherName) {
    Object value = json.getValue(name);
    if (value == null) {
      value = json.getValue(otherName);
    }
    return value instanceof Number number
        ? (long) Math.clamp(number.doubleValue(), 0, COUNT_MAX)
        : 0;
  }

  private static Optional<JsonObject> object(JsonObject json, String name) {
    return json.getValue(name) instanceof JsonObject object
        ? Optional.of(object)
        : Optional.empty();
  }

  private static String text(JsonObject json, String name) {
    return json.getValue(name) instanceof String text ? text : "";
  }
}
