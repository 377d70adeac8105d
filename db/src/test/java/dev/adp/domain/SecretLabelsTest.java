package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecretLabelsTest {
  private static List<Violation> wrongWith(Map<String, String> labels) {
    var violations = new Violations();
    SecretLabels.check(labels, violations);
    return violations.found();
  }

  private static Map<String, String> several(int count) {
    return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "l" + i, _ -> "v"));
  }

  @Test
  void atMost64AreTaken() {
    assertThat(wrongWith(several(64))).isEmpty();
    assertThat(wrongWith(several(65)))
        .containsExactly(new Violation("labels", "must be at most 64"));
  }

  /** Counted as people do: what takes two of Java's characters is one. */
  @Test
  void namesAndValuesHaveALength() {
    assertThat(wrongWith(Map.of("🔑".repeat(63), "🔑".repeat(253)))).isEmpty();
    assertThat(wrongWith(Map.of("n".repeat(64), "v".repeat(900_000))))
        .containsExactly(new Violation("labels", "must have names of at most 63 characters"));
    assertThat(wrongWith(Map.of("team", "v".repeat(254))))
        .containsExactly(new Violation("labels.team", "must have at most 253 characters"));
  }
}
