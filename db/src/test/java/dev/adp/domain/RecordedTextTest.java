package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedTextTest {
  private static final int BYTES_MAX = RecordedText.BYTES_MAX;

  @ParameterizedTest
  @ValueSource(strings = {"", "gpt-5", "meta-llama/Llama-3.3-70B", "模型", "\ud83d\ude00", "\uffff"})
  void whatFitsIsKept(String text) {
    assertThat(RecordedText.of(text)).isEqualTo(text);
    String longest = "x".repeat(BYTES_MAX);
    assertThat(RecordedText.of(longest)).isEqualTo(longest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "a\nb", "a\ud800b", "a\udc00b"})
  void whatNoColumnTakesIsReplaced(String text) {
    assertThat(RecordedText.of(text)).isEqualTo("a\uFFFDb");
  }

  @Test
  void whatIsTooLongIsCutAndMarkedByADigestOfAllOfIt() {
    String recorded = RecordedText.of("x".repeat(BYTES_MAX + 1));
    assertThat(recorded).matches("x{493}…[0-9a-f]{16}").isEqualTo(RecordedText.of("x".repeat(513)));
    assertThat(RecordedText.of(recorded)).as("recorded again").isEqualTo(recorded);
  }

  /** Otherwise a caller could hide one model's spend in that of another. */
  @Test
  void textsThatBeginAlikeStayDifferent() {
    String start = "x".repeat(10_000);
    assertThat(Set.of(RecordedText.of(start + "a"), RecordedText.of(start + "b"))).hasSize(2);
  }

  @Test
  void nothingIsLongerThanItsBoundAndNoPairIsCut() {
    var random = new Random(20_261_124);
    var seen = new HashSet<Integer>();
    for (int i = 0; i < 5_000; i++) {
      String text = text(random);
      String recorded = RecordedText.of(text);
      int bytes = recorded.getBytes(StandardCharsets.UTF_8).length;
      seen.add(bytes);
      assertThat(bytes).as(text).isLessThanOrEqualTo(BYTES_MAX);
      assertThat(recorded).doesNotContain("\u0000");
      assertThat(new String(recorded.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(recorded);
    }
    assertThat(seen).contains(BYTES_MAX);
  }

  private static String text(Random random) {
    List<int[]> kinds =
        List.of(
            new int[] {0, 0x20},
            new int[] {0x20, 0x7f},
            new int[] {0x80, 0x800},
            new int[] {0x4e00, 0x9fff},
            new int[] {0xd800, 0xe000},
            new int[] {0x1f600, 0x1f640});
    var text = new StringBuilder();
    int length = random.nextInt(600);
    int[] only = kinds.get(random.nextInt(kinds.size()));
    boolean mixed = random.nextBoolean();
    for (int i = 0; i < length; i++) {
      int[] kind = mixed ? kinds.get(random.nextInt(kinds.size())) : only;
      text.appendCodePoint(random.nextInt(kind[0], kind[1]));
    }
    return text.toString();
  }
}
