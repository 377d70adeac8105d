package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.e2e.Calls.Outcome;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The database dies under load and its standby takes over, as a cluster's manager sees to it. */
@Timeout(300)
class FailoverTest {
  private static final int CALLERS = 4;
  private static final int CALLS_MIN = 100;

  @TempDir private Path folder;

  @Test
  void noCallFailsAndNoRecordIsLostWhenTheStandbyTakesOver() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (var primary = SystemPostgres.start(Files.createDirectory(folder.resolve("primary")));
        var standby = primary.standby(Files.createDirectory(folder.resolve("standby")));
        var relay = Relay.to(vertx, primary.port());
        var model = FakeModel.start(vertx);
        var program =
            Program.prepared("up", "ADP_DATABASE_URL", relay.instead(primary.created("adp")))) {
      program.start();
      World.putSecret(program.rest(), "KEY", "sk-before");
      String _ = program.rest().createOpenAi("kept", model.baseUrl(), "KEY");

      Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
      var over = new AtomicBoolean();
      try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < CALLERS; i++) {
          String caller = "failover-" + i + "-";
          boolean stream = i % 2 == 0;
          callers.execute(() -> call(new Calls(program, "kept"), caller, stream, outcomes, over));
        }
        awaitMore(outcomes);
        primary.kill();
        awaitMore(outcomes);
        standby.promote();
        relay.leadTo(standby.port());
        awaitMore(outcomes);
        over.set(true);
      }

      assertThat(outcomes.values()).containsOnly(Outcome.COMPLETE);
      try (var records = new Directory(standby.url("adp"))) {
        eventually(
            () ->
                assertThat(records.rows("select conversation_id from usage_record"))
                    .containsExactlyInAnyOrderElementsOf(outcomes.keySet()));
      }
      World.putSecret(program.rest(), "AFTER", "sk-after"); // Written to again.
    } finally {
      vertx.close().await();
    }
  }

  private static void call(
      Calls calls,
      String caller,
      boolean stream,
      Map<String, Outcome> outcomes,
      AtomicBoolean over) {
    for (int i = 0; !over.get(); i++) {
      outcomes.put(caller + i, calls.one(stream, caller + i));
    }
  }

  private static void awaitMore(Map<String, Outcome> outcomes) {
    int before = outcomes.size();
    eventually(() -> assertThat(outcomes.size() - before).isGreaterThan(CALLS_MIN));
  }
}
