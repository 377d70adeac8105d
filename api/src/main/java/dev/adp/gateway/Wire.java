package dev.adp.gateway;

import dev.adp.gateway.speech.Speech;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/** How an upstream's answers tell their usage, and how what is said travels. */
enum Wire {
  /** Chat, completions, responses, embeddings, images and audio of OpenAI and its imitators. */
  OPENAI {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new OpenAiUsage(cachesLong);
    }

    @Override
    Speech speech(String path) {
      if (path.endsWith("/chat/completions")) {
        return Speech.CHAT;
      }
      if (path.endsWith("/completions")) {
        return Speech.COMPLETIONS;
      }
      if (path.endsWith("/embeddings")) {
        return Speech.EMBEDDINGS;
      }
      return path.contains("/responses") ? Speech.RESPONSES : Speech.MEDIA;
    }
  },
  /** Anthropic's Messages API, wherever it is served. */
  ANTHROPIC {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new AnthropicUsage();
    }

    @Override
    Speech speech(String path) {
      return path.endsWith("/complete") ? Speech.COMPLETIONS : Speech.ANTHROPIC;
    }
  },
  /** Gemini's own API. */
  GEMINI {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new GeminiUsage();
    }

    @Override
    Speech speech(String path) {
      if (path.contains("/interactions")) {
        return Speech.INTERACTIONS;
      }
      String operation = path.substring(path.lastIndexOf(':') + 1).toLowerCase(Locale.ROOT);
      if (operation.contains("embed")) {
        return Speech.EMBEDDINGS;
      }
      return operation.equals("predict") ? Speech.MEDIA : Speech.GEMINI;
    }
  },
  /** Bedrock's own operations on models. */
  BEDROCK {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new BedrockUsage(headers);
    }

    @Override
    Speech speech(String path) {
      if (path.contains("/converse")) {
        return Speech.CONVERSE;
      }
      // Models that embed are told apart by nothing but their names.
      return path.contains("embed") ? Speech.EMBEDDINGS : Speech.INVOKE;
    }
  };

  /**
   * Reads one answer.
   *
   * @param headers of the answer
   * @param cachesLong whether the request asks for the longer life of what it writes to the cache
   */
  abstract UsageReader reader(MultiMap headers, boolean cachesLong);

  /**
   * In which shape messages travel.
   *
   * @param path of the target
   */
  abstract Speech speech(String path);

  /**
   * Meters one answer that has begun well.
   *
   * @param contentType in lower case
   * @param headers of the answer
   * @param usageAdded whether the gateway has asked for usage on the client's behalf
   * @param cachesLong as for {@link #reader}
   */
  ResponseMeter meter(
      String contentType, MultiMap headers, boolean usageAdded, boolean cachesLong) {
    if (isEncoded(headers)) {
      return new BlindMeter(); // Identity was asked for: what comes all the same cannot be read.
    }
    if (contentType.startsWith("text/event-stream")) {
      return new SseMeter(reader(headers, cachesLong), usageAdded);
    }
    if (contentType.startsWith("application/vnd.amazon.eventstream")) {
      return new EventStreamMeter(reader(headers, cachesLong));
    }
    return contentType.contains("json")
        ? new JsonMeter(reader(headers, cachesLong))
        : new BlindMeter();
  }

  private static boolean isEncoded(MultiMap headers) {
    String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
    return encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity");
  }
}
