package dev.adp;

import dev.adp.Doctor.Finding;
import dev.adp.store.Database;
import dev.adp.store.Postgres;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./adp doctor}: looks at what a start with the same settings would need, whether the server
 * runs or not, and says what to do about what is wrong. It changes nothing and calls no model.
 */
final class DoctorCommand {
  private static final long CLOSE_S_MAX = 20;

  private DoctorCommand() {}

  /**
   * Looks and prints.
   *
   * @throws StartFailure when something is wrong
   */
  static void run(Map<String, String> environment, List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw new StartFailure("usage: ./adp doctor");
    }
    Config config = Config.of(environment, false);
    var findings = new ArrayList<Finding>();
    findings.add(Finding.good("settings", "can be used"));
    try (var opened = new Opened()) {
      var doctor = new Doctor(config, Clock.systemUTC());
      findings.addAll(doctor.machine());
      Optional<String> url = databaseUrl(config);
      if (url.isPresent()) {
        Vertx vertx = Vertx.vertx();
        opened.add(() -> vertx.close().await(CLOSE_S_MAX, TimeUnit.SECONDS));
        var pool = Postgres.pool(vertx, url.get(), 2);
        opened.add(() -> pool.close().await(CLOSE_S_MAX, TimeUnit.SECONDS));
        findings.addAll(doctor.database(new Database(pool), url.get()));
      } else {
        findings.add(
            Finding.note(
                "database",
                "the embedded one is not running, so nothing in it was looked at: ./adp up starts"
                    + " it"));
      }
    }
    findings.forEach(System.out::println);
    long wrong = findings.stream().filter(Finding::isWrong).count();
    if (wrong > 0) {
      throw new StartFailure("%d of these must be mended.".formatted(wrong));
    }
  }

  private static Optional<String> databaseUrl(Config config) {
    try {
      return config.databaseUrl().isPresent()
          ? config.databaseUrl()
          : EmbeddedPostgres.databaseUrlOfRunning(config.dataDirectory().resolve("postgres"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
