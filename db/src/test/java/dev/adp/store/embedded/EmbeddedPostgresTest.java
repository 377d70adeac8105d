package dev.adp.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers in temporary folders; the programs are unpacked once for all of them. */
class EmbeddedPostgresTest {
  @TempDir private static Path binaries;
  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void choosesAFolder() {
    folder = temporary.resolve("postgres");
  }

  /**
   * Stops whatever a failed test may have left running: @TempDir cannot delete under a living
   * server.
   */
  @AfterEach
  void leavesNoServerBehind() throws IOException {
    Path cluster = folder.resolve("cluster-18");
    if (Postmaster.of(cluster).isPresent()) {
      start().close();
    }
    assertThat(Postmaster.of(cluster)).isEmpty();
  }

  @Test
  void firstStartMakesADurableDatabaseOfOurOwn() throws SQLException {
    try (var postgres = start();
        Connection connection = connect(postgres.databaseUrl())) {
      assertThat(answer(connection, "select current_database() || ' of ' || current_user"))
          .isEqualTo("adp of adp");
      assertThat(answer(connection, "show fsync")).isEqualTo("on");
      assertThat(answer(connection, "show synchronous_commit")).isEqualTo("on");
      assertThat(answer(connection, "show full_page_writes")).isEqualTo("on");
      assertThat(answer(connection, "show data_checksums")).isEqualTo("on");
      assertThat(answer(connection, "show server_encoding")).isEqualTo("UTF8");
      assertThat(answer(connection, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(answer(connection, "select 'z' < 'ä' and upper('ä') = 'Ä'")).isEqualTo("t");
      assertThat(answer(connection, "select rolsuper from pg_roles where rolname = current_user"))
          .isEqualTo("f");
    }
  }

  @Test
  void versionIsTheOneOfTheUnpackedServer() throws IOException {
    String answer = PostgresBinaries.in(binaries).run("", "postgres", "--version");

    assertThat(PostgresBinaries.VERSION).isEqualTo(answer.strip().replaceFirst(".* ", "") + ".0");
  }

  @Test
  void secondStartKeepsDataPasswordAndPort() throws SQLException {
    String url;
    try (var postgres = start();
        Connection connection = connect(postgres.databaseUrl())) {
      execute(connection, "create table note (text text); insert into note values ('kept')");
      url = postgres.databaseUrl();
    }
    assertThatThrownBy(() -> connect(url)).isInstanceOf(SQLException.class);

    try (var postgres = start();
        Connection connection = connect(postgres.databaseUrl())) {
      assertThat(answer(connection, "select text from note")).isEqualTo("kept");
      assertThat(postgres.databaseUrl()).isEqualTo(url);
    }
  }

  @Test
  void takenPortIsReplaced() throws Exception {
    int port;
    try (var postgres = start()) {
      port = postgres.port();
    }
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        var postgres = start();
        Connection connection = connect(postgres.databaseUrl())) {
      assertThat(postgres.port()).isNotEqualTo(port);
      assertThat(answer(connection, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void serverOfAKilledProcessIsAdoptedWithItsConnections() throws SQLException {
    EmbeddedPostgres killed = start(); // Not closed: what remains of a process that was killed.
    try (Connection connection = connect(killed.databaseUrl());
        var postgres = start()) {
      assertThat(postgres.pid()).isEqualTo(killed.pid());
      assertThat(postgres.databaseUrl()).isEqualTo(killed.databaseUrl());
      assertThat(answer(connection, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void serverWithOtherSettingsIsRestarted() throws IOException {
    EmbeddedPostgres killed = start();
    Path settings = folder.resolve("cluster-18/postgresql.conf");
    Files.writeString(
        settings, Files.readString(settings).replace("64MB", "32MB")); // An older version's.

    try (var postgres = start()) {
      assertThat(postgres.pid()).isNotEqualTo(killed.pid());
      assertThat(Postmaster.of(folder.resolve("cluster-18")).orElseThrow().process().pid())
          .isEqualTo(postgres.pid());
    }
  }

  @Test
  void killedServerIsRecoveredWithWhatWasCommitted() throws Exception {
    EmbeddedPostgres killed = start();
    try (Connection connection = connect(killed.databaseUrl())) {
      execute(connection, "create table note (text text); insert into note values ('kept')");
    }
    ProcessHandle process = ProcessHandle.of(killed.pid()).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);

    try (var postgres = start();
        Connection connection = connect(postgres.databaseUrl())) {
      assertThat(answer(connection, "select text from note")).isEqualTo("kept");
    }
  }

  @Test
  void recycledProcessNumberIsNeitherTrustedNorKilled() throws Exception {
    start().close();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      leavePidFile(stranger.pid());
      try (var postgres = start();
          Connection connection = connect(postgres.databaseUrl())) {
        assertThat(postgres.pid()).isNotEqualTo(stranger.pid());
        assertThat(answer(connection, "select 1")).isEqualTo("1");
      }
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void serverOfAnotherFolderIsNeitherAdoptedNorStopped() throws Exception {
    try (var other = EmbeddedPostgres.start(temporary.resolve("other"), binaries);
        Connection connection = connect(other.databaseUrl())) {
      start().close();
      leavePidFile(other.pid());
      try (var postgres = start()) {
        assertThat(postgres.pid()).isNotEqualTo(other.pid());
      }
      assertThat(answer(connection, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void wrongPasswordIsRefused() {
    try (var postgres = start()) {
      String wrong = postgres.databaseUrl().replaceFirst(":[A-Za-z0-9_-]{43}@", ":wrong@");
      assertThatThrownBy(() -> connect(wrong))
          .hasMessageContaining("password authentication failed");
      assertThat(ScramLogin.succeeds(postgres.port(), "adp", "wrong")).isFalse();
      assertThat(ScramLogin.succeeds(postgres.port(), "adp", password(postgres))).isTrue();
    }
  }

  @Test
  void superuserHasNoWayIn() {
    try (var postgres = start()) {
      String url = postgres.databaseUrl().replace("//adp:", "//postgres:");
      assertThatThrownBy(() -> connect(url)).hasMessageContaining("no pg_hba.conf entry");
    }
  }

  @Test
  void passwordIsForItsOwnerOnlyAndNeverShown() throws IOException {
    Path file = folder.resolve("password");
    try (var postgres = start()) {
      assertThat(Files.getPosixFilePermissions(file))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(postgres.toString()).doesNotContain(password(postgres));
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(this::start)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("chmod 600");
    assertThat(folder.resolve("cluster-18/postmaster.pid")).doesNotExist();
  }

  @Test
  void closingTwiceIsHarmless() {
    EmbeddedPostgres postgres = start();
    postgres.close();
    postgres.close();

    assertThatThrownBy(() -> connect(postgres.databaseUrl())).hasMessageContaining("refused");
  }

  @Test
  void halvesOfAKilledFirstStartAreSweptAway() throws IOException {
    Path half = Files.createDirectories(folder.resolve("cluster-18.partial-1"));
    Files.writeString(half.resolve("PG_VERSION"), "18");

    try (var _ = start()) {
      assertThat(half).doesNotExist();
    }
  }

  @Test
  void impossibleStartSaysWhy() throws IOException {
    start().close();
    Files.delete(folder.resolve("cluster-18/PG_VERSION"));

    assertThatThrownBy(this::start)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("is not a database cluster directory");
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(folder, binaries);
  }

  private void leavePidFile(long pid) throws IOException {
    List<String> lines =
        List.of("" + pid, folder.resolve("cluster-18").toString(), "1", "5432", "", "127.0.0.1");
    Files.write(folder.resolve("cluster-18/postmaster.pid"), lines, UTF_8);
  }

  private static String password(EmbeddedPostgres postgres) {
    return URI.create(postgres.databaseUrl()).getUserInfo().split(":", 2)[1];
  }

  private static Connection connect(String url) throws SQLException {
    URI uri = URI.create(url);
    String[] user = uri.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d%s".formatted(uri.getHost(), uri.getPort(), uri.getPath()),
        user[0],
        user[1]);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String answer(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
