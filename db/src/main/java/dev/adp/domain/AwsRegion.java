package dev.adp.domain;

import java.util.regex.Pattern;

/** An AWS region, for example {@code us-east-1}. */
public record AwsRegion(String value) {
  private static final Pattern SYNTAX = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,2}-[0-9]{1,2}");

  /**
   * Reads a region from a field.
   *
   * @throws Failure.Invalid naming the field
   */
  public static AwsRegion of(String field, String text) {
    String region = text.strip();
    if (!SYNTAX.matcher(region).matches()) {
      throw new Failure.Invalid(field, "must be an AWS region, for example us-east-1");
    }
    return new AwsRegion(region);
  }

  /** The standard endpoint of Bedrock's runtime in this region. */
  BaseUrl bedrockRuntime() {
    String suffix = value.startsWith("cn-") ? ".cn" : ""; // A partition with a domain of its own.
    return BaseUrl.of(
        "bedrock_config.base_url",
        "https://bedrock-runtime.%s.amazonaws.com%s".formatted(value, suffix));
  }

  @Override
  public String toString() {
    return value;
  }
}
