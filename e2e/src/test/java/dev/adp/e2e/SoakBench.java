package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Minutes of work leave a gateway as small as it was. Run by {@code ./adp bench soak}. */
class SoakBench {
  private static final int MINUTES = Integer.getInteger("adp.soak.minutes", 10);
  private static final int CALLS_PER_SECOND = 60;

  @Test
  void aGatewayStaysSmall() throws InterruptedException {
    Soak.Result result = Soak.run(Duration.ofMinutes(MINUTES), CALLS_PER_SECOND);
    System.out.println("Soak: " + result);
    assertThat(result.incomplete()).isZero();
    assertThat(result.median(4)).isLessThanOrEqualTo(Soak.RESIDENT_MIB_MAX);
    assertThat(result.median(4)).as("flat").isLessThanOrEqualTo(result.median(2) + 20);
  }
}
