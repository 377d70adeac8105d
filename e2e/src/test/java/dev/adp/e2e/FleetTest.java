package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Calls.Outcome;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway with many calls at once, without its database, and when it is told to stop. */
@Timeout(300)
class FleetTest {
  private static final int CALLERS = 16;
  private static final int JOURNAL_BYTES_MAX = 100_000;

  /** 200 calls a second. */
  private static final long EVERY_NANOS = 5_000_000;

  private static final int ROLLING_CALLS_MIN = 200;

  /** How long the database is away; {@code -Dadp.outage.seconds=600} for the real thing. */
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("adp.outage.seconds", 3));

  @SuppressWarnings("NullAway.Init")
  private static Fleet fleet;

  @SuppressWarnings("NullAway.Init")
  private static Directory directory;

  @BeforeAll
  static void start() {
    fleet = Fleet.start("ADP_SHUTDOWN_ANNOUNCE_SECONDS", "8", "ADP_SHUTDOWN_SECONDS", "60");
    directory = new Directory(fleet.databaseUrl());
  }

  @AfterAll
  static void stop() {
    directory.close();
    fleet.close();
  }

  @Test
  void twoThousandStreamsAtOnceAllEndAndAreCounted() throws Exception {
    List<CompletableFuture<String>> streams = begun("many", 2_000);
    eventually(() -> assertThat(fleet.metric("adp_live_calls")).isEqualTo(2_000));
    fleet.model().finish();
    assertAllEnd(streams);
    eventually(() -> assertThat(count("many-%")).isEqualTo(2_000));
  }

  @Test
  void afterSigtermReadinessGoesFirstAndFiveHundredStreamsEnd() throws Exception {
    List<CompletableFuture<String>> streams = begun("stop", 500);
    CompletableFuture<Integer> stopping = CompletableFuture.supplyAsync(fleet.gateway()::stop);
    eventually(() -> assertThat(ready()).isEqualTo(503));
    streams.add(fleet.calls().stream("stop-late")); // Balancers have not all heard of it yet.
    eventually(() -> assertThat(fleet.model().held()).isEqualTo(501));
    eventually(() -> assertThat(ready()).isEqualTo(-1));
    assertThat(stopping).isNotDone();
    fleet.model().finish();
    assertAllEnd(streams);
    assertThat(stopping.get(90, SECONDS)).isEqualTo(128 + 15);
    assertThat(count("stop-%")).isEqualTo(501);
    fleet.gateway().start();
  }

  @Test
  void gatewaysAreRestartedOneAfterAnotherWithoutAFailedCall() throws Exception {
    Program first = fleet.gateway();
    Program second = fleet.another();
    Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    try (Balancer balancer = fleet.balancer(first, second);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Void> restarts =
          CompletableFuture.runAsync(() -> restart(balancer, first, second));
      long begin = System.nanoTime();
      for (int i = 0; !restarts.isDone() || i < ROLLING_CALLS_MIN; i++) {
        LockSupport.parkNanos(begin + i * EVERY_NANOS - System.nanoTime());
        String name = "roll-" + i;
        boolean stream = i % 2 == 0;
        callers.execute(() -> outcomes.put(name, balancer.next().one(stream, name)));
      }
      restarts.join();
    }
    assertThat(outcomes.values()).containsOnly(Outcome.COMPLETE);
    eventually(() -> assertCountedOnce("roll-%", outcomes.keySet()));
    System.out.printf("Two gateways restarted under %d calls%n", outcomes.size());
  }

  private static void restart(Balancer balancer, Program... gateways) {
    for (Program gateway : gateways) {
      eventually(() -> assertThat(balancer.ready()).isEqualTo(gateways.length));
      assertThat(gateway.stop()).isEqualTo(128 + 15);
      gateway.start();
    }
    eventually(() -> assertThat(balancer.ready()).isEqualTo(gateways.length));
  }

  @Test
  @Timeout(1_200)
  void anOutageOfTheDatabaseUnderLoadLosesNothingAndRefusesNothing() throws Exception {
    fleet.relay().cut();
    Set<String> complete = ConcurrentHashMap.newKeySet();
    Set<Outcome> outcomes = callFor(OUTAGE, "outage", complete);
    assertThat(outcomes).containsExactly(Outcome.COMPLETE);
    assertThat(fleet.metric("adp_usage_pending")).isGreaterThanOrEqualTo(complete.size());
    assertThat(fleet.metric("adp_usage_oldest_seconds")).isPositive();
    assertThat(ready()).isEqualTo(200);
    fleet.relay().mend();
    eventually(() -> assertThat(fleet.metric("adp_usage_pending")).isZero());
    assertCountedOnce("outage-%", complete);
    assertThat(fleet.metric("adp_usage_oldest_seconds")).isZero();
    assertThat(fleet.metric("adp_usage_dropped_total")).isZero();
    System.out.printf("Without the database for %s: %d calls%n", OUTAGE, complete.size());
  }

  @Test
  void aFullJournalEndsServiceUntilTheDatabaseIsBackAndLosesNothing() throws Exception {
    try (var small = Fleet.start("ADP_JOURNAL_BYTES_MAX", String.valueOf(JOURNAL_BYTES_MAX));
        var records = new Directory(small.databaseUrl())) {
      small.relay().cut();
      Calls calls = small.calls();
      var complete = new ArrayList<String>();
      for (String name = "full-0"; calls.one(false, name) == Outcome.COMPLETE; ) {
        complete.add(name);
        name = "full-" + complete.size();
      }
      assertThat(small.metric("adp_journal_bytes")).isGreaterThanOrEqualTo(JOURNAL_BYTES_MAX);
      assertThat(complete).hasSizeGreaterThan(20);
      small.relay().mend();
      eventually(() -> assertThat(calls.one(false, "full-after")).isEqualTo(Outcome.COMPLETE));
      complete.add("full-after");
      eventually(
          () ->
              assertThat(records.rows("select conversation_id from usage_record"))
                  .containsExactlyInAnyOrderElementsOf(complete));
      assertThat(small.metric("adp_usage_dropped_total")).isZero();
    }
  }

  @Test
  void aProviderThatIsDeletedElsewhereEndsItsStreamsHere() throws Exception {
    String _ = fleet.rest().createOpenAi("gone", fleet.model().baseUrl(), Fleet.SECRET);
    Calls calls = fleet.calls("gone");
    eventually(() -> assertThat(calls.one(false)).isEqualTo(Outcome.COMPLETE));
    fleet.model().hold();
    CompletableFuture<String> stream = calls.stream("gone-1");
    eventually(() -> assertThat(fleet.model().held()).isEqualTo(1));
    assertThat(fleet.rest().call("DELETE", "/v1/llm-providers/gone", "").statusCode())
        .isEqualTo(204);
    assertThat(stream).failsWithin(30, SECONDS);
    fleet.model().finish();
    eventually(() -> assertThat(count("gone-%")).isEqualTo(1));
  }

  /** Streams that have all begun and none of which ends before the model says so. */
  private static List<CompletableFuture<String>> begun(String name, int count) {
    fleet.model().hold();
    Calls calls = fleet.calls();
    var streams = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < count; i++) {
      streams.add(calls.stream(name + "-" + i));
    }
    eventually(() -> assertThat(fleet.model().held()).isEqualTo(count));
    return streams;
  }

  private static void assertAllEnd(List<CompletableFuture<String>> streams) throws Exception {
    for (CompletableFuture<String> stream : streams) {
      assertThat(stream.get(60, SECONDS)).endsWith("data: [DONE]\n\n");
    }
  }

  private static Set<Outcome> callFor(Duration time, String name, Set<String> complete) {
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    Set<Outcome> outcomes = ConcurrentHashMap.newKeySet();
    Calls calls = fleet.calls();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        String caller = name + "-" + i + "-";
        boolean stream = i % 2 == 0;
        callers.execute(
            () -> {
              for (int call = 0; System.nanoTime() < end; call++) {
                long due = begin + (long) call * CALLERS * EVERY_NANOS;
                LockSupport.parkNanos(due - System.nanoTime());
                Outcome outcome = calls.one(stream, caller + call);
                outcomes.add(outcome);
                if (outcome == Outcome.COMPLETE) {
                  complete.add(caller + call);
                }
              }
            });
      }
    }
    return outcomes;
  }

  private static void assertCountedOnce(String pattern, Set<String> complete) {
    // Sorted, since there are a hundred thousand of them after a long outage.
    assertThat(directory.rows(select(pattern)).stream().sorted().toList())
        .isEqualTo(complete.stream().sorted().toList());
  }

  private static int count(String pattern) {
    return directory.rows(select(pattern)).size();
  }

  private static String select(String pattern) {
    return "select conversation_id from usage_record where conversation_id like '%s'"
        .formatted(pattern);
  }

  private static int ready() {
    try {
      return Rest.send(
              HttpRequest.newBuilder(fleet.gateway().gateway().resolve("/healthz/ready")).build())
          .statusCode();
    } catch (UncheckedIOException _) {
      return -1; // Nobody listens any more.
    }
  }
}
