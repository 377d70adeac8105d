package dev.adp.portal;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.portal.Snippet.Kind;
import dev.adp.portal.Snippet.Part;
import org.junit.jupiter.api.Test;

class SnippetTest {
  @Test
  void literalsAndCommentsAreToldApart() {
    assertThat(new Snippet("Python", "# pip install it's\nf(\"a \\\" # b\") # c\nx").parts())
        .containsExactly(
            new Part("", Kind.PLAIN),
            new Part("# pip install it's", Kind.COMMENT),
            new Part("\nf(", Kind.PLAIN),
            new Part("\"a \\\" # b\"", Kind.LITERAL),
            new Part(") ", Kind.PLAIN),
            new Part("# c", Kind.COMMENT),
            new Part("\nx", Kind.PLAIN));
  }

  @Test
  void anAddressIsNoComment() {
    assertThat(new Snippet("Shell", "curl http://localhost //").parts())
        .filteredOn(Part::comment)
        .containsExactly(new Part("//", Kind.COMMENT));
  }

  @Test
  void theLiteralOfAShellGoesOnAfterAQuote() {
    assertThat(new Snippet("Shell", "echo 'it'\\''s \"mine\"' on").parts())
        .filteredOn(Part::literal)
        .containsExactly(new Part("'it'\\''s \"mine\"'", Kind.LITERAL));
  }

  @Test
  void thePartsAreTheWholeCode() {
    String code = "\"open 'and' \\\\\" 'it'\\''s\n# \"x\n// y' \"".repeat(200);
    assertThat(new Snippet("Shell", code).parts().stream().map(Part::text).collect(joining()))
        .isEqualTo(code);
  }
}
