package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Calls.Outcome;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code kill -9} of a gateway that works: each call that its caller saw complete has one record,
 * and no call has two. {@code -Dadp.kills=200} kills it that often.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class KillUnderLoadTest {
  private static final int KILLS = Integer.getInteger("adp.kills", 5);
  private static final int CALLERS = 32;
  private static final int CALLS_BEFORE_KILL_MAX = 300;

  private final Fleet fleet = Fleet.start();
  private final Directory directory = new Directory(fleet.databaseUrl());
  private final AtomicInteger number = new AtomicInteger();
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> complete = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    directory.close();
    fleet.close();
  }

  @Test
  void eachCallThatItsCallerSawCompleteHasOneRecord() throws InterruptedException {
    var random = new Random(42);
    for (int kill = 1; kill <= KILLS; kill++) {
      killAfter(1 + random.nextInt(CALLS_BEFORE_KILL_MAX));
      fleet.gateway().start();
    }
    eventually(() -> assertThat(fleet.metric("adp_usage_pending")).isZero());
    assertThat(fleet.gateway().stop()).isEqualTo(128 + 15);
    List<String> recorded = directory.rows("select conversation_id from usage_record");
    System.out.printf(
        "Killed under load %d times: %d calls sent, %d seen complete, %d recorded%n",
        KILLS, sent.size(), complete.size(), recorded.size());
    assertThat(recorded).doesNotHaveDuplicates();
    assertThat(Set.copyOf(recorded)).containsAll(complete);
    assertThat(sent).containsAll(recorded);
  }

  private void killAfter(int completeCalls) throws InterruptedException {
    var moment = new CountDownLatch(completeCalls);
    Calls calls = fleet.calls();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        boolean stream = i % 2 == 0;
        callers.execute(() -> callUntilGone(calls, stream, moment));
      }
      moment.await();
      fleet.gateway().kill();
    }
  }

  private void callUntilGone(Calls calls, boolean stream, CountDownLatch moment) {
    Outcome outcome;
    do {
      String name = "call-" + number.incrementAndGet();
      sent.add(name);
      outcome = calls.one(stream, name);
      if (outcome == Outcome.COMPLETE) {
        complete.add(name);
        moment.countDown();
      }
    } while (outcome == Outcome.COMPLETE);
  }
}
