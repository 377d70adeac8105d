package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Sums that are made anew from the records, under the running server. */
class UsageCommandTest {
  @Test
  void sumsThatWereLostComeBackToTheMicrocent() throws IOException {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    try (Program server = Program.prepared("demo").start()) {
      String url =
          EmbeddedPostgres.databaseUrlOfRunning(server.data().resolve("postgres")).orElseThrow();
      // The demo's own calls come by the journal, a little later.
      eventually(() -> assertThat(metrics(server)).contains("\nadp_usage_pending 0\n"));
      Spending before = server.rest().spending("demo");
      assertThat(before.requests()).isPositive();
      try (var directory = new Directory(url)) {
        directory.execute("delete from usage_rollup");
        directory.execute("delete from usage_sum");
      }
      assertThat(server.rest().spending("demo").requests()).isZero();

      String said = rebuild(server, 0, today.minusDays(8).toString(), today.toString()).out();
      assertThat(said.lines())
          .hasSize(9)
          .first()
          .isEqualTo("Summed up anew: " + today.minusDays(8));
      assertThat(server.rest().spending("demo")).isEqualTo(before);
    }
  }

  @Test
  void daysThatAreNoneAreNamed() throws IOException {
    try (Program server = Program.prepared("demo").start()) {
      assertThat(rebuild(server, 1, "yesterday").err())
          .contains("adp: yesterday is no day; usage: ./adp usage rebuild DAY [LAST_DAY]");
      assertThat(rebuild(server, 1, "2026-02-01", "2026-01-31").err())
          .contains("adp: 2026-01-31 is before 2026-02-01: name the first day first.");
      assertThat(rebuild(server, 1, "2999-01-01").err())
          .contains("adp: 2999-01-01 is still to come");
    }
  }

  private static String metrics(Program server) {
    String address = "http://127.0.0.1:%s/metrics".formatted(server.setting("ADP_METRICS_PORT"));
    return Rest.send(HttpRequest.newBuilder(URI.create(address)).build()).body();
  }

  private static Program rebuild(Program server, int exit, String... days) {
    Program command = Program.prepared("usage", server.data());
    String[] words = new String[days.length + 2];
    words[0] = "usage";
    words[1] = "rebuild";
    System.arraycopy(days, 0, words, 2, days.length);
    assertThat(command.run(words)).as(() -> command.err()).isEqualTo(exit);
    return command;
  }
}
