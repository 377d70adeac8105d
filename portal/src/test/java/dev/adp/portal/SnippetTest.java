package dev.adp.portal;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SnippetTest {
  private static final List<Snippet> SNIPPETS =
      Snippet.chat("https://gateway.example.com/llm/v1/providers/a", "it's \"mine\"");

  @Test
  void aModelCannotBreakOutOfItsLiteral() {
    assertThat(code("python")).contains("model=\"it's \\\"mine\\\"\",");
    assertThat(code("java")).contains(".model(\"it's \\\"mine\\\"\")");
    assertThat(code("curl")).contains("-d '{\"model\": \"it'\\''s \\\"mine\\\"\", ");
  }

  @Test
  void thePartsAreTheWholeCode() {
    for (Snippet snippet : SNIPPETS) {
      assertThat(snippet.parts().stream().map(Snippet.Part::text).collect(joining()))
          .isEqualTo(snippet.code());
    }
  }

  @Test
  void literalsAreToldApart() {
    assertThat(Snippet.token("https://x/oauth/idp/token").parts())
        .contains(new Snippet.Part("\"$GATEWAY_CLIENT_ID:$GATEWAY_CLIENT_SECRET\"", true));
  }

  private static String code(String slug) {
    return SNIPPETS.stream()
        .filter(snippet -> snippet.slug().equals(slug))
        .findFirst()
        .orElseThrow()
        .code();
  }
}
