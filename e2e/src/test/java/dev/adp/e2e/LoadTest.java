package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Calls.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many callers at once: every call is answered, and every call is counted once. */
@ExtendWith(World.class)
class LoadTest {
  private static final int CALLS = 1_000;
  private static final int CONNECTIONS = 32;

  @Test
  void countsEveryCall(Program program) {
    program.rest().createOpenAi("load", program.echoUrl(), "DEMO_API_KEY", "gpt-5.4-mini");

    List<Outcome> outcomes = new Calls(program, "load").many(CALLS, CONNECTIONS);

    assertThat(outcomes).hasSize(CALLS).containsOnly(Outcome.COMPLETE);
    eventually(() -> assertThat(program.rest().spending("load").requests()).isEqualTo(CALLS));
    Spending spending = program.rest().spending("load");
    assertThat(spending.failed()).isZero();
    assertThat(spending.missing()).isZero();
    // "user" and two words, said back; so each call costs 3 × 75 + 2 × 450 + 12 × 450 microcents.
    assertThat(spending.microcents()).isEqualTo(CALLS * 6_525L);
  }
}
