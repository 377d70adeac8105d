package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By which row a name is priced. A rate of 0 stands for no price at all. */
class ModelNamesTest {
  private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

  private static final PriceCatalog CATALOG =
      new PriceCatalog(
          "v",
          Stream.of(
                  "OPENAI gpt-5.4 250",
                  "OPENAI gpt-5.4-mini 75",
                  "OPENAI gpt-4o 251",
                  "OPENAI gpt-4o-2024-05-13 500",
                  "OPENAI o3 200",
                  "ANTHROPIC claude-haiku-4-5 100",
                  "ANTHROPIC claude-opus-4-1 1500",
                  "ANTHROPIC claude-opus-4-0 1501",
                  "ANTHROPIC claude-3-5-haiku-latest 80",
                  "ANTHROPIC claude-3-5-sonnet 300",
                  "GOOGLE gemini-3 7",
                  "BEDROCK anthropic.claude-haiku-4-5-20251001-v1:0 100",
                  "BEDROCK eu.anthropic.claude-haiku-4-5-20251001-v1:0 110",
                  "BEDROCK us.anthropic.claude-old-v1 300",
                  "BEDROCK anthropic.claude-old-v1 300",
                  "BEDROCK global.anthropic.claude-opus-4-6-v1 500",
                  "BEDROCK anthropic.claude-twin-20250101-v1:0 1",
                  "BEDROCK anthropic.claude-twin-20250601-v2:0 2",
                  "BEDROCK global.amazon.nova-2-lite-v1:0 30",
                  "BEDROCK amazon.nova-pro-v1:0 80",
                  "BEDROCK openai.gpt-5.5 550",
                  "BEDROCK global.openai.gpt-5.6 400")
              .map(row -> row.split(" ", -1))
              .map(row -> row(row[0], row[1], Long.parseLong(row[2])))
              .toList());

  @ParameterizedTest
  @CsvSource({
    "OPENAI, gpt-5.4-mini, 75",
    "OPENAI, gpt-5.4-mini-2026-01-01, 75", // A snapshot of its family.
    "OPENAI, gpt-5.4-2026-03-05, 250",
    "OPENAI, gpt-5.4-latest, 250",
    "OPENAI, gpt-4o-2024-05-13, 500", // Has a row of its own.
    "OPENAI, gpt-4o-2024-08-06, 251",
    "OPENAI, gpt-5.4-mini-2026-13-01, 0", // No day.
    "OPENAI, gpt-5.4-mini-20260101, 0", // Not how OpenAI names them.
    "OPENAI, gpt-5.4-nano, 0", // Merely begins like another one.
    "OPENAI, gpt-5.4-mini-fast, 0",
    "OPENAI, gpt-5, 0",
    "OPENAI, o3-pro-2025-06-10, 0",
    "OPENAI, GPT-5.4, 0",
    "OPENAI, '', 0",
    "OPENAI_COMPATIBLE, gpt-5.4, 0", // Another server, another price.
    "ANTHROPIC, claude-haiku-4-5-20251001, 100",
    "ANTHROPIC, claude-haiku-4-5-latest, 100",
    "ANTHROPIC, claude-opus-4-1-20250805, 1500",
    "ANTHROPIC, claude-opus-4-20250514, 1501", // Its alias is claude-opus-4-0.
    "ANTHROPIC, claude-3-5-haiku-20241022, 80", // Its alias is …-latest.
    "ANTHROPIC, claude-3-5-sonnet-20240620, 300",
    "ANTHROPIC, claude-3-5-sonnet-latest, 300",
    "ANTHROPIC, claude-haiku-4-5-20251301, 0",
    "ANTHROPIC, claude-haiku-4, 0",
    "GOOGLE, gemini-3-2026-01-01, 0", // Google has no such names.
  })
  void aSnapshotWithoutARowIsPricedAsItsFamily(String type, String model, long rate) {
    assertThat(rate(type, model)).isEqualTo(rate);
  }

  @ParameterizedTest
  @CsvSource({
    "eu.anthropic.claude-haiku-4-5-20251001-v1:0, 110", // A row of its own wins.
    "us.anthropic.claude-old-v1, 300", // Even without a premium.
    "us.anthropic.claude-haiku-4-5-20251001-v1:0, 110", // 1.1 times the bare rate.
    "jp.anthropic.claude-haiku-4-5-20251001-v1:0, 110",
    "au.anthropic.claude-old-v1, 330",
    "apac.anthropic.claude-opus-4-6-v1, 550", // 1.1 times the global rate.
    "anthropic.claude-opus-4-6-v1, 500", // Bare and global: the headline rate.
    "global.anthropic.claude-haiku-4-5-20251001-v1:0, 100",
    "amazon.nova-2-lite-v1:0, 30",
    "global.amazon.nova-pro-v1:0, 80",
    "us.amazon.nova-pro-v1:0, 0", // The premium is known of Claude alone.
    "global.openai.gpt-5.5, 0", // OpenAI's bare ids on Bedrock are no headline rates.
    "openai.gpt-5.6, 0",
    "us-gov.anthropic.claude-haiku-4-5-20251001-v1:0, 0",
    "ca.anthropic.claude-haiku-4-5-20251001-v1:0, 0",
    "eu.anthropic.claude-haiku-4-5, 110", // As the product page writes it.
    "anthropic.claude-haiku-4-5, 100",
    "us.anthropic.claude-haiku-4-5, 110",
    "us.anthropic.claude-opus-4-6-v1:0, 550",
    "anthropic.claude-haiku-4, 0",
    "anthropic.claude-twin, 0", // Two releases: nobody knows which.
    "anthropic.claude-twin-20250601-v2:0, 2",
  })
  void aBedrockIdIsPricedByItsProfile(String id, long rate) {
    assertThat(rate("BEDROCK", id)).isEqualTo(rate);
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0, 100",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1, 550",
    "arn:aws-cn:bedrock:cn-north-1:1:inference-profile/global.amazon.nova-2-lite-v1:0, 30",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4, 0",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc, 0",
    "arn:aws:s3:us-east-1:1:x/anthropic.claude-haiku-4-5-20251001-v1:0, 0",
  })
  void anArnIsPricedByTheIdThatItEndsIn(String arn, long rate) {
    assertThat(rate("BEDROCK", arn)).isEqualTo(rate);
  }

  /** Operators may list an application's own profile, under its opaque id. */
  @Test
  void anOpaqueIdHasThePriceOfItsRow() {
    var catalog = new PriceCatalog("v", List.of(row("BEDROCK", "a1b2c3d4", 42)));
    String arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4";
    assertThat(catalog.find("BEDROCK", arn, NOW).flatMap(price -> price.rates().input()))
        .contains(42L);
  }

  private static long rate(String type, String model) {
    return CATALOG.find(type, model, NOW).flatMap(price -> price.rates().input()).orElse(0L);
  }

  private static ModelPrice row(String type, String model, long rate) {
    return new ModelPrice(
        type,
        model,
        Instant.EPOCH,
        new Rates(
            Optional.of(rate),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        List.of(),
        Optional.empty(),
        "test");
  }
}
