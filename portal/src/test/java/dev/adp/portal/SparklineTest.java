package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SparklineTest {
  @Test
  void theGreatestValueTouchesTheTopAndZeroTheBottom() {
    var spark = Sparkline.cell(List.of(0L, 50L, 100L));
    assertThat(spark.path()).isEqualTo("M-9 31V20H0L36 11 72 3H81V31Z");
    assertThat(spark.flat()).isFalse();
  }

  @Test
  void quietDaysAreAFlatLine() {
    var spark = Sparkline.cell(List.of(0L, 0L));
    assertThat(spark.flat()).isTrue();
    assertThat(spark.path()).isEqualTo("M0 20H72");
  }

  @Test
  void hugeValuesDoNotOverflow() {
    var spark = Sparkline.wide(List.of(Long.MAX_VALUE, 0L));
    assertThat(spark.path()).isEqualTo("M-9 45V2.5H0L240 34.2H249V45Z");
  }
}
