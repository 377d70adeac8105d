package dev.adp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class EchoTokensTest {
  private final EchoTokens tokens = new EchoTokens();

  @Test
  void wordsAndRunsOfPunctuationAreTokens() {
    assertThat(EchoTokens.split("Hello there, world… 42!?"))
        .containsExactly("Hello", "there", ",", "world", "…", "42", "!?");
  }

  @Test
  void reasoningIsPartOfTheCompletion() {
    JsonObject usage = tokens.usage(messages("one two"), "I think so", "one two");
    assertThat(usage.getInteger("prompt_tokens")).isEqualTo(3); // The role and two words.
    assertThat(usage.getInteger("completion_tokens")).isEqualTo(5);
    assertThat(reasoning(usage)).isEqualTo(3);
    assertThat(usage.getInteger("total_tokens")).isEqualTo(8);
  }

  @Test
  void whatWasReadBeforeIsCachedInWholeBlocks() {
    String longText = "word ".repeat(40);
    assertThat(cached(tokens.usage(messages(longText), "", ""))).isZero();
    assertThat(cached(tokens.usage(messages(longText), "", ""))).isEqualTo(32);
    assertThat(cached(tokens.usage(messages("other " + longText), "", ""))).isZero();
  }

  private static JsonArray messages(String content) {
    return new JsonArray().add(new JsonObject().put("role", "user").put("content", content));
  }

  private static int cached(JsonObject usage) {
    return usage.getJsonObject("prompt_tokens_details").getInteger("cached_tokens");
  }

  private static int reasoning(JsonObject usage) {
    return usage.getJsonObject("completion_tokens_details").getInteger("reasoning_tokens");
  }
}
