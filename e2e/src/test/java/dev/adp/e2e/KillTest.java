package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Calls.Outcome;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9} takes no call away that its caller saw complete, and counts none twice. */
class KillTest {
  private static final int KILLS = 10;
  private static final int KILLS_UNDER_LOAD = 5;
  private static final int CONNECTIONS = 32;
  private static final int CALLS_BEFORE_KILL_MAX = 300;
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

  @Test
  void callsUnderLoadAreCountedOnce() throws InterruptedException {
    var random = new Random(42);
    int sent = 0;
    int complete = 0;
    for (int kill = 1; kill <= KILLS_UNDER_LOAD; kill++) {
      Load load = new Load(new Calls(program, PROVIDER));
      load.killAfter(1 + random.nextInt(CALLS_BEFORE_KILL_MAX));
      sent += load.sent.get();
      complete += load.complete.get();

      program.start();
      assertReady();
      long least = complete;
      eventually(() -> assertThat(requests()).isGreaterThanOrEqualTo(least));
    }
    program.stop();
    program.start();
    System.out.printf(
        "Killed under load %d times: %d calls sent, %d seen complete, %d recorded%n",
        KILLS_UNDER_LOAD, sent, complete, requests());
    assertThat(requests()).isBetween((long) complete, (long) sent);
  }

  /** Callers who go on until the program is gone. */
  private final class Load {
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger complete = new AtomicInteger();
    private final Calls calls;

    Load(Calls calls) {
      this.calls = calls;
    }

    void killAfter(int completeCalls) throws InterruptedException {
      var moment = new CountDownLatch(completeCalls);
      try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < CONNECTIONS; i++) {
          boolean stream = i % 2 == 0;
          callers.execute(() -> callUntilGone(stream, moment));
        }
        moment.await();
        program.kill();
      }
    }

    private void callUntilGone(boolean stream, CountDownLatch moment) {
      Outcome outcome;
      do {
        sent.incrementAndGet();
        outcome = calls.one(stream);
        if (outcome == Outcome.COMPLETE) {
          complete.incrementAndGet();
          moment.countDown();
        }
      } while (outcome == Outcome.COMPLETE);
    }
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
