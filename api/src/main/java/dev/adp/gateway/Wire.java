package dev.adp.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** How an upstream's answers tell their usage. */
enum Wire {
  /** Chat, completions, responses, embeddings, images and audio of OpenAI and its imitators. */
  OPENAI {
    @Override
    UsageReader reader() {
      return new OpenAiUsage();
    }
  },
  /** Anthropic's Messages API, wherever it is served. */
  ANTHROPIC {
    @Override
    UsageReader reader() {
      return new AnthropicUsage();
    }
  },
  /** Gemini's own API. */
  GEMINI {
    @Override
    UsageReader reader() {
      return new GeminiUsage();
    }
  };

  /** Reads one answer. */
  abstract UsageReader reader();

  /**
   * Meters one answer that has begun well.
   *
   * @param contentType in lower case
   * @param headers of the answer
   * @param usageAdded whether the gateway has asked for usage on the client's behalf
   */
  ResponseMeter meter(String contentType, MultiMap headers, boolean usageAdded) {
    if (isEncoded(headers)) {
      return new BlindMeter(); // Identity was asked for: what comes all the same cannot be read.
    }
    if (contentType.startsWith("text/event-stream")) {
      return new SseMeter(reader(), usageAdded);
    }
    return contentType.contains("json") ? new JsonMeter(reader()) : new BlindMeter();
  }

  private static boolean isEncoded(MultiMap headers) {
    String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
    return encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity");
  }
}
