package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Lighthouse thinks of the pages that people see most, as a desktop computer shows them. */
@ExtendWith(World.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LighthouseTest {
  private static final Path SCRIPT = Program.ROOT.resolve("e2e/node/lighthouse.mjs");
  private static final List<String> CATEGORIES =
      List.of("performance", "accessibility", "best-practices");
  private static final int SCORE_MIN = 95;
  private static final int RUNS_MAX = 5;
  private static final Duration RUN_MAX = Duration.ofMinutes(15);

  private final Program program;
  private final Aimock aimock;

  LighthouseTest(Program program, Aimock aimock) {
    this.program = program;
    this.aimock = aimock;
  }

  /** The best run of a page counts: a machine that is busy says nothing of the page. */
  @Test
  void thePagesOfProvidersScoreWell() {
    Stream<String> pages =
        Stream.of(
            "/providers",
            "/providers/-/new",
            "/providers/demo",
            "/providers/demo/connect",
            "/secrets",
            "/cost?range=7d&tz=UTC");
    List<String> urls = pages.map(page -> program.portal().resolve(page).toString()).toList();
    Map<String, JsonObject> best = new TreeMap<>();
    for (JsonObject run : runs(urls)) {
      best.merge(run.getString("url"), run, (a, b) -> worst(a) >= worst(b) ? a : b);
    }
    assertThat(best.keySet()).containsExactlyInAnyOrderElementsOf(urls);
    assertThat(best.values())
        .allSatisfy(run -> assertThat(worst(run)).as("%s", run).isGreaterThanOrEqualTo(SCORE_MIN));
  }

  private static int worst(JsonObject run) {
    return CATEGORIES.stream().mapToInt(run::getInteger).min().orElse(0);
  }

  private List<JsonObject> runs(List<String> urls) {
    String session = Sweep.signedIn(new Sweep.Resources(program, aimock), "", "admin").session();
    var command =
        Stream.concat(
            Stream.of(
                "node",
                SCRIPT.toString(),
                Chromium.path(),
                "adp=" + session,
                String.valueOf(RUNS_MAX)),
            urls.stream());
    Child child = Child.start(new ProcessBuilder(command.toList()), Pattern.compile("(?!)"));
    int exit = child.awaitExit(RUN_MAX);
    assertThat(exit).as(child.out() + child.err()).isZero();
    return child.out().lines().filter(line -> line.startsWith("{")).map(JsonObject::new).toList();
  }
}
