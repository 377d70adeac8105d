package dev.adp.store.embedded;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * PostgreSQL 18 for people who bring none: durable, on loopback, behind a password, in one folder.
 *
 * <p>The server outlives a killed JVM, and the next start adopts it. It has a session of its own,
 * so that Ctrl-C at the terminal reaches only the JVM, which calls {@link #close} when nobody
 * writes any more; there is no shutdown hook here. The caller holds the folder's lock: two
 * processes must not share it.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final int PORT_ATTEMPTS_MAX = 3;
  private static final int POLL_MS = 5;
  private static final int START_SECONDS_MAX = 120; // After a power cut it first replays its log.
  private static final int STOP_FAST_MS_MAX = 30_000;
  private static final int STOP_IMMEDIATE_MS_MAX = 5_000;

  /** pg_ctl hands paths to a shell between double quotes. */
  private static final Pattern UNQUOTABLE = Pattern.compile("[\"$`\\\\\\p{Cntrl}]");

  private final Cluster cluster;
  private final PostgresBinaries binaries;
  private final Postmaster server;

  private EmbeddedPostgres(Path folder, Path binariesFolder) throws IOException {
    cluster = Cluster.in(folder);
    Optional<Postmaster> survivor = Postmaster.of(cluster.data());
    if (survivor.isEmpty()) {
      PostgresBinaries.requireUsableIdentity(); // Before the seconds that unpacking takes.
    }
    binaries = PostgresBinaries.in(binariesFolder);
    server =
        survivor.isPresent() && isAdoptable(survivor.get()) ? survivor.get() : launch(survivor);
  }

  /**
   * Starts the server of this folder, or adopts the one that a killed JVM left behind.
   *
   * @param folder made if absent; everything is kept in it, and nothing else may be
   * @throws EmbeddedPostgresException with the reason in one sentence
   */
  public static EmbeddedPostgres start(Path folder) {
    return start(folder, folder);
  }

  /** Starts with programs unpacked elsewhere: many databases, one copy of PostgreSQL. */
  public static EmbeddedPostgres start(Path folder, Path binariesFolder) {
    try {
      return new EmbeddedPostgres(prepared(folder), prepared(binariesFolder));
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "The embedded PostgreSQL cannot use %s: %s".formatted(folder, e), e);
    }
  }

  /** Where to connect, password included: not for logs. */
  public String databaseUrl() {
    return databaseUrl(cluster, port());
  }

  /**
   * Where to connect to the server of this folder, which another process of ours keeps; empty when
   * none runs.
   *
   * @throws IOException when the folder cannot be read
   */
  public static Optional<String> databaseUrlOfRunning(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Cluster cluster = Cluster.in(folder.toRealPath());
    return Postmaster.of(cluster.data())
        .filter(Postmaster::ready)
        .map(server -> databaseUrl(cluster, server.port()));
  }

  private static String databaseUrl(Cluster cluster, int port) {
    return "postgresql://adp:%s@127.0.0.1:%d/adp".formatted(cluster.password(), port);
  }

  public int port() {
    return server.port();
  }

  /** The number of the server's process. */
  public long pid() {
    return server.process().pid();
  }

  /**
   * Stops the server: running transactions are rolled back, everything committed is on disk. After
   * {@value #STOP_FAST_MS_MAX} ms it is made to stop; its log then repairs the rest at the next
   * start. Again is harmless.
   */
  @Override
  public void close() {
    try {
      stop(server);
    } catch (IOException e) {
      throw new EmbeddedPostgresException("The embedded PostgreSQL could not be stopped: " + e, e);
    }
  }

  @Override
  public String toString() {
    return "EmbeddedPostgres[%s, port %d, pid %d]".formatted(cluster, port(), pid());
  }

  private boolean isAdoptable(Postmaster survivor) throws IOException {
    return survivor.ready()
        && cluster.isConfiguredFor(survivor.port())
        && ScramLogin.succeeds(survivor.port(), "adp", cluster.password());
  }

  private Postmaster launch(Optional<Postmaster> survivor) throws IOException {
    if (survivor.isPresent()) {
      stop(survivor.get());
    } else {
      Postmaster.disownRecycledPid(cluster.data());
    }
    cluster.initialise(binaries);
    for (int attempt = 1; ; attempt++) {
      int port = freePort(attempt == 1 ? cluster.previousPort() : 0);
      cluster.configure(port);
      Process starter =
          pgCtl("start", "-w", "-t", "" + START_SECONDS_MAX, "-l", cluster.log().toString());
      Optional<Postmaster> started = awaitReady(starter);
      if (started.isPresent()) {
        return started.get();
      }
      if (attempt == PORT_ATTEMPTS_MAX
          || isFree(port)) { // Else somebody took it in between: try another.
        throw new EmbeddedPostgresException(
            "PostgreSQL did not start: %s (%s)".formatted(reason(starter), cluster.log()));
      }
    }
  }

  /** pg_ctl looks ten times a second; we need not wait for its next look. */
  private Optional<Postmaster> awaitReady(Process starter) throws IOException {
    boolean ended = false;
    while (true) {
      Optional<Postmaster> started = Postmaster.of(cluster.data()).filter(Postmaster::ready);
      if (started.isPresent() || ended) {
        return started;
      }
      ended = PostgresBinaries.await(starter, POLL_MS);
    }
  }

  private void stop(Postmaster running) throws IOException {
    if (!isGoneAfter("fast", STOP_FAST_MS_MAX, running)
        && !isGoneAfter("immediate", STOP_IMMEDIATE_MS_MAX, running)) {
      running.process().destroyForcibly();
    }
  }

  /** Sends nothing unless the server is still itself: its number may be somebody else's by now. */
  private boolean isGoneAfter(String mode, int limitMs, Postmaster running) throws IOException {
    if (!running.isStillRunning(cluster.data())) {
      return true;
    }
    long deadline = System.nanoTime() + limitMs * 1_000_000L;
    pgCtl("stop", "-W", "-m", mode);
    while (running.isStillRunning(cluster.data())) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      PostgresBinaries.pause(POLL_MS);
    }
    return true;
  }

  private Process pgCtl(String action, String... options) throws IOException {
    var arguments = new ArrayList<>(List.of(action, "-s", "-D", cluster.data().toString()));
    arguments.addAll(List.of(options));
    return binaries.start("pg_ctl", arguments.toArray(String[]::new));
  }

  private String reason(Process starter) throws IOException {
    String mark = "FATAL:";
    return Files.readAllLines(cluster.log()).reversed().stream()
        .filter(line -> line.contains(mark))
        .findFirst()
        .map(line -> line.substring(line.indexOf(mark) + mark.length()).strip())
        .orElse(PostgresBinaries.lastLine(PostgresBinaries.output(starter)));
  }

  private static int freePort(int preferred) throws IOException {
    int port = isFree(preferred) ? preferred : 0;
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static Path prepared(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder, asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path real = folder.toRealPath();
    if (UNQUOTABLE.matcher(real.toString()).find()) {
      throw new EmbeddedPostgresException(
          "PostgreSQL cannot live in %s: the path must have none of \" $ ` \\.".formatted(real));
    }
    return real;
  }
}
