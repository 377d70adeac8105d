package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The program as people run it, in a data directory and on ports of its own. */
final class Program implements RunningSystem {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path DISTRIBUTION = ROOT.resolve("deploy/target/adp");
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final Pattern READY = Pattern.compile("^ADP is ready$");
  private static final Duration READY_MAX = Duration.ofMinutes(2);

  private final String command;
  private final Path data;
  private final Map<String, String> settings;
  private final List<Child> runs = new ArrayList<>();
  private final List<String> jvmOptions = new ArrayList<>();
  private @Nullable String token;

  private Program(String command, Path data, Map<String, String> settings) {
    this.command = command;
    this.data = data;
    this.settings = settings;
  }

  /** Prepares a start of {@code up} or {@code demo}; settings are given by name and value. */
  static Program prepared(String command, String... settings) {
    try {
      return prepared(command, Files.createTempDirectory("adp-e2e").toRealPath(), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same on a data directory that is there. */
  static Program prepared(String command, Path data, String... settings) {
    var all =
        new HashMap<>(
            Map.of(
                "ADP_DATA_DIR",
                data.toString(),
                "ADP_UPSTREAM_ALLOW",
                "127.0.0.0/8,::1/128",
                "ADP_SHUTDOWN_ANNOUNCE_SECONDS",
                "0"));
    all.putAll(freePorts("ADP_HTTP_PORT", "ADP_GATEWAY_PORT", "ADP_METRICS_PORT", "ADP_ECHO_PORT"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return new Program(command, data, all);
  }

  /** Starts with one more option for the JVM. */
  Program withJvm(String option) {
    jvmOptions.add(option);
    return this;
  }

  /** Starts and waits until it is ready; again after an end, on the same data directory. */
  @Override
  public Program start() {
    launch().awaitReady(READY_MAX);
    return this;
  }

  /** Starts and expects that it ends by itself. */
  int fail() {
    return launch().awaitExit();
  }

  /** Runs a command to its end. */
  int run(String... words) {
    return launch(List.of(words)).awaitExit();
  }

  /** Runs a command that reads a file as its standard input, to its end. */
  int run(Path input, String... words) {
    return launch(builder(List.of(words)).redirectInput(input.toFile())).awaitExit();
  }

  private Child launch() {
    return launch(List.of(command));
  }

  private Child launch(List<String> words) {
    return launch(builder(words));
  }

  private Child launch(ProcessBuilder builder) {
    Child child = Child.start(builder, READY);
    runs.add(child);
    return child;
  }

  private ProcessBuilder builder(List<String> words) {
    var line = new ArrayList<String>();
    line.add(JAVA);
    line.add("@" + DISTRIBUTION.resolve("jvm.options"));
    line.addAll(jvmOptions);
    line.addAll(List.of("-cp", DISTRIBUTION.resolve("lib") + "/*", "dev.adp.Main"));
    line.addAll(words);
    var builder = new ProcessBuilder(line);
    builder.environment().keySet().removeIf(name -> name.startsWith("ADP_"));
    builder.environment().putAll(settings);
    return builder;
  }

  /** Says what it said when it has died under a test. */
  void requireRunning() {
    if (!runs.getLast().isAlive()) {
      throw new AssertionError("the program has ended by itself; it said:\n" + out() + err());
    }
  }

  /**
   * The most memory that the latest run has had resident so far; 0 where the system keeps no such
   * count.
   */
  long peakMemoryBytes() {
    Path status = Path.of("/proc", String.valueOf(runs.getLast().pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    try (var lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) << 10)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: the database server survives it. */
  void kill() {
    runs.getLast().kill();
    runs.getLast().awaitExit();
  }

  @Override
  public int stop() {
    runs.getLast().terminate();
    return runs.getLast().awaitExit();
  }

  /** The number of the process that runs. */
  long pid() {
    return runs.getLast().pid();
  }

  /** What the latest run has printed for people. */
  String out() {
    return runs.getLast().out();
  }

  /** What the latest run has logged. */
  String err() {
    return runs.getLast().err();
  }

  Path data() {
    return data;
  }

  String setting(String name) {
    return settings.getOrDefault(name, "");
  }

  @Override
  public URI portal() {
    return URI.create("http://localhost:" + setting("ADP_HTTP_PORT"));
  }

  @Override
  public URI gateway() {
    return URI.create("http://localhost:" + setting("ADP_GATEWAY_PORT"));
  }

  @Override
  public String echoUrl() {
    return "http://127.0.0.1:%s/v1".formatted(setting("ADP_ECHO_PORT"));
  }

  JsonObject credentials() {
    try {
      return new JsonObject(Files.readString(data.resolve("credentials.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The administrator's token; the same one after a restart. */
  @Override
  public String token() {
    if (token == null) {
      JsonObject credentials = credentials();
      token = token(credentials.getString("client_id"), credentials.getString("client_secret"));
    }
    return token;
  }

  String token(String clientId, String clientSecret) {
    return token(portal(), clientId, clientSecret);
  }

  /** A token from one of the planes. */
  String token(URI plane, String clientId, String clientSecret) {
    return Rest.token(plane, clientId, clientSecret);
  }

  /** Processes of this data directory: what is left of the database server. */
  List<ProcessHandle> databaseProcesses() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(data + "/postgres/"))
        .toList();
  }

  @Override
  public void close() {
    if (!runs.isEmpty()) {
      stop();
    }
    databaseProcesses().forEach(ProcessHandle::destroyForcibly);
    try (var files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException _) {
      // A file that goes while we look is gone as well.
    }
  }

  /** Ports that nobody listens on, all different. */
  static Map<String, String> freePorts(String... names) {
    var sockets = new ArrayList<ServerSocket>();
    var ports = new HashMap<String, String>();
    try {
      for (String name : names) {
        var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        ports.put(name, String.valueOf(socket.getLocalPort()));
      }
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ports;
  }
}
