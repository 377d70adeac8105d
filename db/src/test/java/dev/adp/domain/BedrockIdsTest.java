package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BedrockIdsTest {
  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-sonnet-4-6, false",
    "anthropic.claude-opus-4-6-v1, false",
    "anthropic.claude-opus-5, false",
    "anthropic.claude-fable-5-1, false",
    "anthropic.claude-opus-4-5-20251101-v1:0, true",
    "anthropic.claude-opus-4-20250514-v1:0, true", // The date is no minor version.
    "anthropic.claude-3-5-sonnet-20241022-v2:0, true",
    "anthropic.claude-3-haiku-20240307-v1:0, true",
    "us.anthropic.claude-opus-4-6-v1, true",
    "global.anthropic.claude-opus-5, true",
    "amazon.nova-pro-v1:0, true",
    "mistral.devstral-2-123b, true",
  })
  void claudeFromFourSixOnNeedsAProfile(String id, boolean callable) {
    assertThat(BedrockIds.isCallable(id)).isEqualTo(callable);
  }

  @ParameterizedTest
  @CsvSource({
    "us.x, us-east-1, true",
    "us.x, us-west-2, true",
    "us.x, us-gov-west-1, false",
    "us.x, eu-west-1, false",
    "eu.x, eu-central-1, true",
    "apac.x, ap-southeast-1, true",
    "apac.x, ap-northeast-1, true",
    "jp.x, ap-northeast-1, true",
    "jp.x, ap-northeast-3, true",
    "jp.x, ap-northeast-2, false",
    "au.x, ap-southeast-2, true",
    "au.x, ap-southeast-4, true",
    "au.x, ap-southeast-1, false",
    "global.x, sa-east-1, true",
    "global.x, us-gov-west-1, true",
    "anthropic.x, sa-east-1, true",
  })
  void aProfileIsUsableFromItsGeography(String id, String region, boolean usable) {
    assertThat(BedrockIds.isUsableFrom(id, new AwsRegion(region))).isEqualTo(usable);
  }
}
