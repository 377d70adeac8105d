package dev.adp.gateway;

import io.vertx.core.http.HttpMethod;

/** AWS Bedrock's runtime. */
record BedrockDialect() implements Dialect {
  @Override
  public Target target(HttpMethod method, String path) {
    throw new Refused(Refusal.unsupported("AWS Bedrock"));
  }
}
