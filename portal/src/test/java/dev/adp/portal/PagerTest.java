package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.Test;

class PagerTest {
  private final Format format = new Format(Clock.systemUTC());

  @Test
  void aFewPagesAreAllNamed() {
    assertThat(pager(1, 23).numbers()).containsExactly(1, 2, 3);
    assertThat(pager(3, 23).range()).isEqualTo("21–23 of 23 providers");
  }

  @Test
  void manyPagesAreNamedAroundTheOneThatIsShown() {
    assertThat(pager(50, 1000).numbers()).containsExactly(1, 0, 49, 50, 51, 0, 100);
    assertThat(pager(3, 1000).numbers()).containsExactly(1, 2, 3, 4, 0, 100);
  }

  @Test
  void anEmptyListHasOnePage() {
    assertThat(pager(1, 0).pages()).isEqualTo(1);
    assertThat(pager(1, 0).range()).isEqualTo("0–0 of 0 providers");
  }

  private Pager pager(int page, long total) {
    return new Pager(page, 10, total, "provider", format);
  }
}
