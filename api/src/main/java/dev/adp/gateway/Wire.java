package dev.adp.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** How an upstream's answers tell their usage. */
enum Wire {
  /** Chat, completions, responses, embeddings, images and audio of OpenAI and its imitators. */
  OPENAI {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new OpenAiUsage(cachesLong);
    }
  },
  /** Anthropic's Messages API, wherever it is served. */
  ANTHROPIC {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new AnthropicUsage();
    }
  },
  /** Gemini's own API. */
  GEMINI {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new GeminiUsage();
    }
  },
  /** Bedrock's own operations on models. */
  BEDROCK {
    @Override
    UsageReader reader(MultiMap headers, boolean cachesLong) {
      return new BedrockUsage(headers);
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
