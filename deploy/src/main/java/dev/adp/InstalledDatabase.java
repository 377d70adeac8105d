package dev.adp;

import dev.adp.store.Database;
import dev.adp.store.Postgres;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The database of an installation, for commands that work whether its server runs or not. */
final class InstalledDatabase {
  private static final long CLOSE_S_MAX = 20;
  private static final int CONNECTIONS_MAX = 2;

  private InstalledDatabase() {}

  /**
   * Where it is; an embedded one is started when no server runs.
   *
   * @throws StartFailure when there is none, or it cannot be started
   */
  static String url(Config config, Opened opened) {
    return config.databaseUrl().orElseGet(() -> embedded(config, opened));
  }

  private static String embedded(Config config, Opened opened) {
    Path folder = config.dataDirectory().resolve("postgres");
    if (!Files.isDirectory(folder)) {
      throw new StartFailure(
          "there is no database in %s: set ADP_DATA_DIR to the server's data directory, or ADP_DATABASE_URL."
              .formatted(config.dataDirectory()));
    }
    return running(folder)
        .orElseGet(
            () ->
                StoreParts.embedded(
                    opened.add(DataDirectory.open(config.dataDirectory())), opened));
  }

  private static Optional<String> running(Path folder) {
    try {
      return EmbeddedPostgres.databaseUrlOfRunning(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Database open(String url, Opened opened) {
    Vertx vertx = Vertx.vertx();
    opened.add(() -> vertx.close().await(CLOSE_S_MAX, TimeUnit.SECONDS));
    var pool = Postgres.pool(vertx, url, CONNECTIONS_MAX);
    opened.add(() -> pool.close().await(CLOSE_S_MAX, TimeUnit.SECONDS));
    return new Database(pool);
  }
}
