package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
  private static final List<String> KNOWN =
      List.of("ANTHROPIC_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY");

  @ParameterizedTest
  @CsvSource({
    "OPENAI_API_KYE, OPENAI_API_KEY",
    "openai_api_key, OPENAI_API_KEY",
    "OPENAI_KEY, OPENAI_API_KEY",
    "AWS_ACCESS_KEY, AWS_ACCESS_KEY_ID",
    "AWS_SECRET_KEY, AWS_SECRET_ACCESS_KEY",
    "OPENAI_API_KEY,",
    "GOOGLE_AI_API_KEY,",
    "KEY,",
    "'',",
  })
  void findsTheNearestNameIfItIsNear(String typed, String meant) {
    assertThat(DidYouMean.nearest(typed, KNOWN).orElse(null)).isEqualTo(meant);
  }
}
