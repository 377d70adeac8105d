package dev.adp.store;

import dev.adp.store.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real PostgreSQL for tests: in a container where an engine answers, embedded elsewhere. One
 * server serves the whole test run; each test class gets a migrated database of its own.
 *
 * <p>{@code ADP_TEST_POSTGRES_IMAGE} names another image than the official one, where that cannot
 * be fetched; it must take the same variables and say the same when it is ready.
 */
public final class PostgresExtension implements BeforeAllCallback, AfterAllCallback {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private String databaseUrl = "";

  @Override
  public void beforeAll(ExtensionContext context) throws SQLException {
    start();
  }

  /** Makes the database. */
  public void start() throws SQLException {
    URI server = URI.create(Server.URL);
    String name = "test_%d_%d".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet());
    try (var connection = DriverManager.getConnection(Postgres.jdbcUrl(Server.URL));
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    databaseUrl =
        "postgresql://%s@%s:%d/%s"
            .formatted(server.getRawUserInfo(), server.getHost(), server.getPort(), name);
    Postgres.migrate(databaseUrl);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    databaseUrl = "";
  }

  /** As the setting {@code ADP_DATABASE_URL} takes it. */
  public String databaseUrl() {
    return databaseUrl;
  }

  public String jdbcUrl() {
    return Postgres.jdbcUrl(databaseUrl);
  }

  /** Started by the first test that asks, stopped with the JVM. */
  private static final class Server {
    static final String URL = start();

    private static String start() {
      String given = System.getenv("ADP_TEST_DATABASE_URL");
      if (given != null) {
        System.out.println("Tests use the PostgreSQL of ADP_TEST_DATABASE_URL");
        return given;
      }
      return DockerClientFactory.instance().isDockerAvailable() ? container() : embedded();
    }

    @SuppressWarnings("resource") // Testcontainers removes it when this JVM is gone.
    private static String container() {
      String image =
          Objects.requireNonNullElse(
              System.getenv("ADP_TEST_POSTGRES_IMAGE"), "postgres:18-alpine");
      var container =
          new PostgreSQLContainer(
              DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
      container.start();
      System.out.println("Tests use PostgreSQL in a container: " + container.getDockerImageName());
      return "postgresql://%s:%s@%s:%d/%s"
          .formatted(
              container.getUsername(),
              container.getPassword(),
              container.getHost(),
              container.getFirstMappedPort(),
              container.getDatabaseName());
    }

    @SuppressWarnings("resource") // Closed by the hook below.
    private static String embedded() {
      try {
        Path directory = Files.createTempDirectory("adp-test-postgres");
        EmbeddedPostgres server = EmbeddedPostgres.start(directory);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      server.close();
                      delete(directory);
                    }));
        System.out.println("Tests use the embedded PostgreSQL: no container engine answers");
        return server.databaseUrl();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void delete(Path directory) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
