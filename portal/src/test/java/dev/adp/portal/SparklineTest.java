package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SparklineTest {
  @Test
  void theGreatestValueTouchesTheTopAndZeroTheBottom() {
    var spark = Sparkline.cell(List.of(0L, 50L, 100L));
    assertThat(spark.line()).isEqualTo("M0 20.2L36 11.4L72 2.5");
    assertThat(spark.area()).isEqualTo("M0 20.2L36 11.4L72 2.5L72 22L0 22Z");
    assertThat(spark.flat()).isFalse();
  }

  @Test
  void quietDaysAreAFlatLine() {
    var spark = Sparkline.cell(List.of(0L, 0L));
    assertThat(spark.flat()).isTrue();
    assertThat(spark.line()).isEqualTo("M0 20.2H72");
  }

  @Test
  void hugeValuesDoNotOverflow() {
    var spark = Sparkline.wide(List.of(Long.MAX_VALUE, 0L));
    assertThat(spark.line()).isEqualTo("M0 2.5L240 34.2");
  }
}
