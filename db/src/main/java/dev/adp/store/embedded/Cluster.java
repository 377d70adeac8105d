package dev.adp.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of one database: PostgreSQL's own folder, the password to it, and the settings that we
 * write.
 *
 * @param data what PostgreSQL calls the data directory; the name carries the major version that
 *     made it
 */
record Cluster(Path data, Path log, String password) {
  private static final int PASSWORD_BYTES = 32;
  private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern PORT_SETTING = Pattern.compile("(?m)^port = ([0-9]{1,5})$");

  /** Only our role, only with its password; the superuser that initdb makes has no way in. */
  private static final String ACCESS =
      """
      local all adp              scram-sha-256
      host  all adp 127.0.0.1/32 scram-sha-256
      """;

  static Cluster in(Path folder) throws IOException {
    Path data = folder.resolve("cluster-18");
    String password = password(folder.resolve("password"), Files.exists(data));
    return new Cluster(data, folder.resolve("postgres.log"), password);
  }

  /**
   * Makes role and database unless that was done before; a kill in the middle leaves nothing that
   * counts.
   */
  void initialise(PostgresBinaries binaries) throws IOException {
    PostgresBinaries.makeOnce(data, partial -> initialise(binaries, partial));
  }

  void configure(int port) throws IOException {
    Files.writeString(settingsFile(), settings(port));
    Files.writeString(log, "");
  }

  /** False for a server that an older version of us started. */
  boolean isConfiguredFor(int port) throws IOException {
    return Files.readString(settingsFile()).equals(settings(port));
  }

  int previousPort() throws IOException {
    Matcher setting = PORT_SETTING.matcher(Files.readString(settingsFile()));
    return setting.find() ? Integer.parseInt(setting.group(1)) : 0;
  }

  /** Without the password, which a record would show. */
  @Override
  public String toString() {
    return "Cluster[%s]".formatted(data);
  }

  private void initialise(PostgresBinaries binaries, Path partial) throws IOException {
    String folder = partial.toString();
    binaries.run(
        "",
        "initdb",
        "-D",
        folder,
        "-U",
        "postgres",
        "--auth=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions");
    Files.writeString(partial.resolve("pg_hba.conf"), ACCESS);
    String statements =
        """
        create role adp login createdb password '%s';
        create database adp owner adp;
        """
            .formatted(password); // Its alphabet has no quote; the server keeps only a verifier.
    binaries.run(
        statements,
        "postgres",
        "--single",
        "-D",
        folder,
        "-c",
        "exit_on_error=on",
        "-c",
        "log_min_error_statement=panic",
        "postgres");
  }

  private Path settingsFile() {
    return data.resolve("postgresql.conf");
  }

  private static String settings(int port) throws IOException {
    try (InputStream template = Cluster.class.getResourceAsStream("postgresql.conf")) {
      boolean isMac =
          System.getProperty("os.name").startsWith("Mac"); // Its fsync stops at the drive's cache.
      return new String(requireNonNull(template, "postgresql.conf").readAllBytes(), UTF_8)
          .formatted(PostgresBinaries.VERSION, port, isMac ? "fsync_writethrough" : "fdatasync");
    }
  }

  private static String password(Path file, boolean isInUse) throws IOException {
    if (!Files.exists(file)) {
      if (isInUse) {
        throw new EmbeddedPostgresException(
            "The database is there but its password is not: restore %s.".formatted(file));
      }
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      Path partial = Files.createTempFile(file.getParent(), "password", ".partial"); // 0600.
      Files.writeString(partial, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }
    if (!Set.of(OWNER_READ, OWNER_WRITE).containsAll(Files.getPosixFilePermissions(file))) {
      throw new EmbeddedPostgresException(
          "Others may have read the database password: make it yours with chmod 600 %s."
              .formatted(file));
    }
    String password = Files.readString(file).strip();
    if (!PASSWORD.matcher(password).matches()) {
      throw new EmbeddedPostgresException(
          "%s does not hold the password ADP wrote.".formatted(file));
    }
    return password;
  }
}
