package dev.adp.store;

import static dev.adp.store.Database.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that speaks TLS with a certificate for {@code localhost}, and for no other name. */
class DatabaseTlsTest {
  private static final String PASSWORD = "only-for-a-moment";
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir static Path folder;

  private static @Nullable EmbeddedPostgres server;
  private static Path certificate = Path.of("");
  private static String url = "";

  @BeforeAll
  static void start() throws Exception {
    Path data = folder.resolve("postgres");
    EmbeddedPostgres.start(data).close();
    certificate = data.resolve("server.crt");
    certify(data);
    Files.writeString(
        data.resolve("cluster-18").resolve("postgresql.auto.conf"),
        "ssl = on\nssl_cert_file = '%s'\nssl_key_file = '%s'\n"
            .formatted(certificate, data.resolve("server.key")));
    server = EmbeddedPostgres.start(data);
    url = server.databaseUrl();
    Postgres.migrate(url);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    VERTX.close().await();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sslmode=require",
        "sslmode=require&sslrootcert=%s",
        "sslmode=verify-ca&sslrootcert=%s",
        "sslmode=verify-full&sslrootcert=%s"
      })
  void everyWayThatEncryptsDoesSoForBothDrivers(String parameters) {
    String encrypted = at("localhost", parameters);
    assertThat(isEncrypted(encrypted)).isTrue();
    Postgres.migrate(encrypted);
    var subscriber = PgSubscriber.subscriber(VERTX, Postgres.connectOptions(encrypted));
    subscriber.connect().await();
    subscriber.close().await();
  }

  @Test
  void withoutAModeItIsPlainText() {
    assertThat(isEncrypted(url)).isFalse();
    assertThat(isEncrypted(url + "?sslmode=disable&application_name=mine")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost sslmode=verify-ca",
        "localhost sslmode=verify-full&sslrootcert=system",
        "127.0.0.1 sslmode=verify-full&sslrootcert=%s"
      })
  void whoCannotProveToBeTheServerIsNotTalkedTo(String where) {
    List<String> parts = List.of(where.split(" "));
    String encrypted = at(parts.getFirst(), parts.getLast());
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> isEncrypted(encrypted))
        .withStackTraceContaining("SSL handshake failed");
    assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> Postgres.migrate(encrypted));
  }

  @Test
  void anAuthorityOfAnotherHostIsEnoughForWhoAsksForNoMore() {
    assertThat(isEncrypted(at("127.0.0.1", "sslmode=verify-ca&sslrootcert=%s"))).isTrue();
  }

  /** To say goodbye, TLS would wait for what is being written to somebody who does not read. */
  @Test
  @Timeout(60)
  void aNetworkThatSwallowsEverythingBlocksNoCopyForLong() throws Exception {
    var records = new UsageRecords(3);
    List<JournalRow> many =
        Stream.generate(() -> JournalRow.of(UsageJson.of(records.next()))).limit(60_000).toList();
    var patience = new Postgres.Patience(Duration.ofSeconds(2), Duration.ofSeconds(3));
    try (var network = new SilentNetwork(Postgres.port(url));
        var copies =
            new RecordCopies(network.before(at("localhost", "sslmode=require")), patience)) {
      assertThat(copies.store(many.subList(0, 1), () -> {})).isTrue();
      network.swallow();
      assertThat(copies.store(many, () -> {})).isFalse();
    }
  }

  private static String at(String host, String parameters) {
    return url.replace("127.0.0.1", host) + "?" + parameters.formatted(certificate);
  }

  private static boolean isEncrypted(String databaseUrl) {
    var pool = Postgres.pool(VERTX, databaseUrl, 1);
    try {
      return new Database(pool)
          .first(
              sql.resultQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()"),
              row -> row.getBoolean(0))
          .orElseThrow();
    } finally {
      pool.close().await();
    }
  }

  private static void certify(Path data) throws Exception {
    Path store = data.resolve("store.p12");
    int made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assertThat(made).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    write(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
    Path key = data.resolve("server.key");
    write(key, "PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  private static void write(Path file, String kind, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(kind, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)));
  }
}
