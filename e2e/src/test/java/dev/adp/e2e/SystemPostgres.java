package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The PostgreSQL of this machine's packages, with all its tools: what installations bring. */
final class SystemPostgres implements AutoCloseable {
  private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
  private static final Pattern NEVER = Pattern.compile("(?!)");
  private static final Duration RUN_MAX = Duration.ofMinutes(2);

  private final Path folder;
  private final Path data;
  private final int port;
  private boolean running;

  private SystemPostgres(Path folder) {
    this.folder = folder;
    data = folder.resolve("data");
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a server in a folder and starts it. */
  static SystemPostgres start(Path folder) {
    var server = new SystemPostgres(folder);
    server.run(
        "initdb",
        "-D",
        server.data.toString(),
        "-U",
        "adp",
        "--auth=trust",
        "-E",
        "UTF8",
        "--no-sync");
    server.start();
    return server;
  }

  /** Makes a copy that follows this server; from now on it commits nothing that the copy lacks. */
  SystemPostgres standby(Path folder) {
    var standby = new SystemPostgres(folder);
    String server = "host=127.0.0.1 port=%d user=adp".formatted(port);
    run("pg_basebackup", "-D", standby.data.toString(), "-R", "-c", "fast", "-d", server);
    standby.start();
    run(
        "psql",
        "--quiet",
        "--dbname=" + url("postgres"),
        "--command=alter system set synchronous_standby_names = '*'",
        "--command=select pg_reload_conf()");
    return standby;
  }

  private void start() {
    String options =
        "-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off".formatted(port, folder);
    String log = folder.resolve("log").toString();
    run("pg_ctl", "start", "-w", "-s", "-D", data.toString(), "-l", log, "-o", options);
    running = true;
  }

  /** Ends it without a word to anybody. */
  void kill() {
    stop("immediate");
  }

  /** Makes a standby the server that is written to. */
  void promote() {
    run("pg_ctl", "promote", "-w", "-s", "-D", data.toString());
  }

  int port() {
    return port;
  }

  String url(String database) {
    return "postgresql://adp@127.0.0.1:%d/%s".formatted(port, database);
  }

  /** Makes an empty database. */
  String created(String database) {
    run("createdb", "-h", "127.0.0.1", "-p", String.valueOf(port), "-U", "adp", database);
    return url(database);
  }

  /** Runs one of PostgreSQL's programs to its good end; a server never runs as root. */
  void run(String program, String... arguments) {
    var command = new ArrayList<String>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(path(program));
    command.addAll(List.of(arguments));
    // A server that is started keeps the pipes of who started it.
    var builder = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.PIPE);
    if (program.equals("pg_ctl")) {
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    Child child = Child.start(builder, NEVER);
    int code = child.awaitExit(RUN_MAX);
    assertThat(code).as("%s said:%n%s%n%s", command, child.out(), child.err()).isZero();
  }

  private static String path(String program) {
    if (!Files.isDirectory(PACKAGES)) {
      return program;
    }
    try (Stream<Path> versions = Files.list(PACKAGES)) {
      return versions
          .map(version -> version.resolve("bin").resolve(program))
          .filter(Files::isExecutable)
          .max(Comparator.naturalOrder())
          .map(Path::toString)
          .orElse(program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (running) {
      stop("fast");
    }
  }

  private void stop(String mode) {
    run("pg_ctl", "stop", "-w", "-s", "-m", mode, "-D", data.toString());
    running = false;
  }
}
