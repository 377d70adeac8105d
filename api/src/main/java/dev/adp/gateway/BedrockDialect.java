package dev.adp.gateway;

import io.vertx.core.http.HttpMethod;

/** AWS Bedrock's runtime: its own operations, and the surfaces of OpenAI and Anthropic on it. */
record BedrockDialect() implements Dialect {
  @Override
  public Target target(HttpMethod method, String path) {
    BedrockPath asked = BedrockPath.of(path);
    String upstream = asked.upstream();
    if (READING.contains(method)) {
      return Target.idle(upstream, Wire.BEDROCK);
    }
    return switch (asked.operation()) {
      case INVOKE, CONVERSE -> generating(asked);
      case INVOKE_STREAM, CONVERSE_STREAM -> generating(asked).streaming();
      case COUNT_TOKENS -> Target.idle(upstream, Wire.BEDROCK).ofModel(modelName(asked.model()));
      case CHAT -> Target.generating(upstream, Wire.OPENAI).withStreamOptions();
      case MESSAGES -> Target.generating(upstream, Wire.ANTHROPIC);
      case UNKNOWN -> Target.unknown(upstream, Wire.BEDROCK);
    };
  }

  private Target generating(BedrockPath asked) {
    return Target.generating(asked.upstream(), Wire.BEDROCK).ofModel(modelName(asked.model()));
  }

  @Override
  public String modelName(String asked) {
    return BedrockPath.modelName(asked);
  }
}
