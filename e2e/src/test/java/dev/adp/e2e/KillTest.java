package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Calls.Outcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9} takes no call away that its caller saw complete, and counts none twice. */
class KillTest {
  private static final int KILLS = 5;
  private static final String PROVIDER = "kill";

  private final Program program = Program.prepared("demo");

  @BeforeEach
  void start() {
    program
        .start()
        .rest()
        .createOpenAi(PROVIDER, program.echoUrl(), "DEMO_API_KEY", "gpt-5.4-mini");
  }

  @AfterEach
  void close() {
    program.close();
  }

  @Test
  void aCompleteCallIsCountedOnce() {
    for (int kill = 1; kill <= KILLS; kill++) {
      Outcome outcome = new Calls(program, PROVIDER).one(kill % 2 == 0);
      program.kill();
      assertThat(outcome).isEqualTo(Outcome.COMPLETE);

      program.start();
      assertReady();
      long calls = kill;
      eventually(() -> assertThat(requests()).isEqualTo(calls));
    }
    // A clean stop brings everything to the database: still nothing twice.
    program.stop();
    program.start();
    assertThat(requests()).isEqualTo(KILLS);
    assertThat(program.rest().spending(PROVIDER).missing()).isZero();
  }

  private long requests() {
    return program.rest().spending(PROVIDER).requests();
  }

  private void assertReady() {
    for (var plane : List.of(program.portal(), program.gateway())) {
      assertThat(new Rest(plane, "").call("GET", "/healthz/ready", "").statusCode()).isEqualTo(200);
    }
  }
}
