package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/**
 * The whole system as it is deployed, with its database apart: in containers where an engine
 * answers and {@code ADP_TEST_IMAGE} names the image, as e2e/containers/test.sh sees to; elsewhere
 * the program with the embedded PostgreSQL.
 */
class SystemTest {
  @Test
  void answersCountsAndGoesOnWhereItWasStopped() {
    try (RunningSystem system = system()) {
      system.start();
      World.putSecret(system.rest(), "KEY", "echo-model-key");
      system.rest().createOpenAi("whole", system.echoUrl(), "KEY");
      var calls = new Calls(system.gateway(), system.token(), "whole");
      assertThat(calls.one(false)).isEqualTo(Calls.Outcome.COMPLETE);
      assertThat(calls.one(true)).isEqualTo(Calls.Outcome.COMPLETE);

      // At once: what the database does not have yet is in the journal.
      assertThat(system.stop()).isEqualTo(128 + 15);
      system.start();

      eventually(
          () -> {
            Spending spent = system.rest().spending("whole");
            assertThat(spent.requests()).isEqualTo(2);
            assertThat(spent.missing()).isZero();
            assertThat(spent.microcents()).isPositive();
          });
      assertThat(calls.one(true)).isEqualTo(Calls.Outcome.COMPLETE);
    }
  }

  private static RunningSystem system() {
    Optional<String> image = Optional.ofNullable(System.getenv("ADP_TEST_IMAGE"));
    if (image.isPresent() && DockerClientFactory.instance().isDockerAvailable()) {
      System.out.println("The system runs in containers: " + image.get());
      return new ContainerSystem(
          image.get(),
          Objects.requireNonNullElse(System.getenv("ADP_TEST_POSTGRES_IMAGE"), "postgres:18"));
    }
    System.out.println("The system runs as a program with the embedded PostgreSQL");
    return Program.prepared("demo");
  }
}
