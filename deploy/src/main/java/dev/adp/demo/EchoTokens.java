package dev.adp.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the echo model counts: a word or a run of punctuation is a token. It remembers the beginnings
 * of prompts in blocks, as real models cache them, and reports what it has read before as cached.
 */
final class EchoTokens {
  private static final Pattern TOKEN = Pattern.compile("[\\p{L}\\p{N}]+|[^\\s\\p{L}\\p{N}]+");
  private static final int BLOCK_TOKENS = 16;
  private static final int BLOCKS_MAX = 10_000;

  private final Map<String, Boolean> seenBeginnings =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > BLOCKS_MAX;
        }
      };

  static List<String> split(String text) {
    var tokens = new ArrayList<String>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  /** Usage of one answer in OpenAI's shape. */
  JsonObject usage(JsonArray messages, String reasoning, String answer) {
    var prompt = new ArrayList<String>();
    messages.forEach(
        message -> {
          if (message instanceof JsonObject object) {
            prompt.add(object.getString("role", ""));
            prompt.addAll(split(text(object)));
          }
        });
    int reasoningTokens = split(reasoning).size();
    int completion = reasoningTokens + split(answer).size();
    return new JsonObject()
        .put("prompt_tokens", prompt.size())
        .put("completion_tokens", completion)
        .put("total_tokens", prompt.size() + completion)
        .put("prompt_tokens_details", new JsonObject().put("cached_tokens", cached(prompt)))
        .put(
            "completion_tokens_details", new JsonObject().put("reasoning_tokens", reasoningTokens));
  }

  /** What a message says: a text, or the texts of its parts. */
  static String text(JsonObject message) {
    return switch (message.getValue("content")) {
      case String text -> text;
      case JsonArray parts ->
          parts.stream()
              .map(part -> part instanceof JsonObject object ? object.getString("text", "") : "")
              .collect(Collectors.joining());
      case null, default -> "";
    };
  }

  /** Tokens of whole blocks from the beginning that were read before; remembers this prompt. */
  private int cached(List<String> prompt) {
    int cached = 0;
    var beginning = new StringBuilder();
    for (int end = BLOCK_TOKENS; end <= prompt.size(); end += BLOCK_TOKENS) {
      beginning.append(String.join(" ", prompt.subList(end - BLOCK_TOKENS, end))).append(' ');
      if (seenBeginnings.put(beginning.toString(), true) != null) {
        cached = end;
      }
    }
    return cached;
  }
}
