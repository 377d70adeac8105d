package dev.adp.e2e;

import dev.adp.store.MasterKey;
import dev.adp.store.embedded.EmbeddedPostgres;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Everything that a benchmark measures, running: the upstreams, a control plane with its database,
 * a gateway-only process with one event loop, nginx with one worker, Portkey.
 */
final class BenchBed implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("^port (\\d+)$");
  private static final Pattern ANYTHING = Pattern.compile("");
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final long CHANGE_S_MAX = 3;
  private static final String PROVIDER = "bench";
  private static final String LOCAL = "http://127.0.0.1:%d%s";
  private static final Path NODE_MODULES = Program.ROOT.resolve("e2e/bench/node_modules");

  private final Path directory = Files.createTempDirectory("adp-bench").toRealPath();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Program control;
  private final Program gateway;
  private final List<Subject> subjects;

  /**
   * Where to send calls, and with which headers.
   *
   * @param url base URL
   */
  record Endpoint(String url, Map<String, String> headers) {}

  /**
   * Something to measure.
   *
   * @param streaming answers with an event every ten milliseconds
   * @param lasting answers with an event a second
   */
  record Subject(String name, Endpoint plain, Endpoint streaming, Endpoint lasting) {}

  /** Ports of the upstreams. */
  private record Upstreams(int plain, int streaming, int lasting) {}

  BenchBed() throws IOException {
    EmbeddedPostgres postgres = opened(EmbeddedPostgres.start(directory.resolve("postgres")));
    String masterKey = MasterKey.generate();
    control = opened(program("control", postgres, masterKey).start());
    gateway =
        opened(
            program("gateway", postgres, masterKey).withJvm("-XX:ActiveProcessorCount=1").start());
    int plain = freePort();
    nginx(
        plain,
        "",
        """
        location / {
          default_type application/json;
          return 200 '%s';
        }
        """
            .formatted(answer()));
    var upstreams = new Upstreams(plain, upstream(10), upstream(1_000));
    subjects = List.of(direct(upstreams), nginx(upstreams), adp(upstreams), portkey(upstreams));
  }

  private static Program program(String role, EmbeddedPostgres postgres, String masterKey) {
    return Program.prepared(
        "up",
        "ADP_ROLES",
        role,
        "ADP_DATABASE_URL",
        postgres.databaseUrl(),
        "ADP_MASTER_KEY",
        masterKey,
        "ADP_ACCESS_LOG",
        "off", // The others write none.
        "ADP_PUBLIC_URL",
        "http://adp.test");
  }

  /** A kilobyte, as a short answer of a model has. */
  private static String answer() {
    return new JsonObject()
        .put("id", "chatcmpl-1")
        .put("object", "chat.completion")
        .put("model", BenchUpstream.MODEL)
        .put(
            "choices",
            List.of(
                new JsonObject()
                    .put("index", 0)
                    .put("finish_reason", "stop")
                    .put(
                        "message",
                        new JsonObject()
                            .put("role", "assistant")
                            .put("content", "word ".repeat(160)))))
        .put("usage", new JsonObject().put("prompt_tokens", 200).put("completion_tokens", 160))
        .encode();
  }

  private static Subject direct(Upstreams upstreams) {
    Map<String, String> headers = headers("key");
    return new Subject(
        "direct",
        new Endpoint(LOCAL.formatted(upstreams.plain(), "/v1"), headers),
        new Endpoint(LOCAL.formatted(upstreams.streaming(), "/v1"), headers),
        new Endpoint(LOCAL.formatted(upstreams.lasting(), "/v1"), headers));
  }

  private Subject nginx(Upstreams upstreams) throws IOException {
    int port = freePort();
    String pool =
        """
        upstream %s {
          server 127.0.0.1:%d;
          keepalive 256;
          keepalive_requests 1000000;
        }
        """;
    String location =
        """
        location /%1$s/ {
          proxy_pass http://%1$s/v1/;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering %2$s;
        }
        """;
    nginx(
        port,
        pool.formatted("plain", upstreams.plain())
            + pool.formatted("streaming", upstreams.streaming())
            + pool.formatted("lasting", upstreams.lasting()),
        location.formatted("plain", "on")
            + location.formatted("streaming", "off")
            + location.formatted("lasting", "off"));
    Map<String, String> headers = headers("key");
    return new Subject(
        "nginx",
        new Endpoint(LOCAL.formatted(port, "/plain"), headers),
        new Endpoint(LOCAL.formatted(port, "/streaming"), headers),
        new Endpoint(LOCAL.formatted(port, "/lasting"), headers));
  }

  private Subject adp(Upstreams upstreams) {
    World.putSecret(control.rest(), "BENCH_KEY", "key");
    String base = "http://127.0.0.1:" + gateway.setting("ADP_GATEWAY_PORT") + "/llm/v1/providers/";
    Map<String, String> headers = headers(control.token());
    return new Subject(
        "adp",
        new Endpoint(base + provider("plain", upstreams.plain()), headers),
        new Endpoint(base + provider("streaming", upstreams.streaming()), headers),
        new Endpoint(base + provider("lasting", upstreams.lasting()), headers));
  }

  private String provider(String kind, int port) {
    String name = PROVIDER + "-" + kind;
    var _ =
        control
            .rest()
            .createOpenAi(name, LOCAL.formatted(port, "/v1"), "BENCH_KEY", BenchUpstream.MODEL);
    return name;
  }

  /** It learns from a header where to go. */
  private Subject portkey(Upstreams upstreams) throws IOException {
    int port = freePort();
    process(
        ANYTHING,
        "node",
        NODE_MODULES.resolve("@portkey-ai/gateway/build/start-server.js").toString(),
        "--headless",
        "--port=" + port);
    awaitPort(port);
    String url = LOCAL.formatted(port, "/v1");
    return new Subject(
        "portkey",
        new Endpoint(url, portkeyHeaders(upstreams.plain())),
        new Endpoint(url, portkeyHeaders(upstreams.streaming())),
        new Endpoint(url, portkeyHeaders(upstreams.lasting())));
  }

  private static Map<String, String> portkeyHeaders(int upstream) {
    Map<String, String> headers = new HashMap<>(headers("key"));
    headers.put("x-portkey-provider", "openai");
    headers.put("x-portkey-custom-host", LOCAL.formatted(upstream, "/v1"));
    return headers;
  }

  private static Map<String, String> headers(String key) {
    return Map.of("authorization", "Bearer " + key, "content-type", "application/json");
  }

  /**
   * Another nginx with one worker.
   *
   * @param pools of connections to upstreams that are kept, as the other proxies keep them
   */
  private void nginx(int port, String pools, String locations) throws IOException {
    Path home = Files.createDirectory(directory.resolve("nginx-" + port));
    Path configuration =
        Files.writeString(
            home.resolve("nginx.conf"),
            """
            daemon off;
            %3$s
            worker_processes 1;
            worker_rlimit_nofile 16384;
            pid %1$s/pid;
            error_log %1$s/error.log;
            events { worker_connections 8192; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              client_max_body_size 64m;
              keepalive_requests 1000000;
              %5$s
              server {
                listen 127.0.0.1:%2$d;
                %4$s
              }
            }
            """
                .formatted(home, port, user(), locations, pools));
    process(ANYTHING, "nginx", "-p", home.toString(), "-c", configuration.toString());
    awaitPort(port);
  }

  /** Its worker must write bodies into a folder of ours. */
  private static String user() {
    return System.getProperty("user.name").equals("root") ? "user root;" : "";
  }

  private int upstream(long everyMs) {
    Child child =
        process(
            PORT,
            Program.JAVA,
            "-cp",
            System.getProperty("java.class.path"),
            BenchUpstream.class.getName(),
            String.valueOf(everyMs));
    return Integer.parseInt(child.awaitReady(READY_MAX).group(1));
  }

  private Child process(Pattern awaited, String... command) {
    Child child = Child.start(new ProcessBuilder(command), awaited);
    open.push(
        () -> {
          child.terminate();
          child.awaitExit();
        });
    return child;
  }

  private static void awaitPort(int port) {
    Eventually.eventually(
        () -> {
          try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // It listens.
          } catch (IOException e) {
            throw new AssertionError("nobody listens on port " + port, e);
          }
        });
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  List<Subject> subjects() {
    return subjects;
  }

  Subject adp() {
    return subjects.stream()
        .filter(subject -> subject.name().equals("adp"))
        .findFirst()
        .orElseThrow();
  }

  /** Whether the gateway records what plain calls say; acts within two seconds. */
  void record(boolean toggles) throws InterruptedException {
    var transcripts =
        new JsonObject()
            .put("record_input_messages", toggles)
            .put("record_output_messages", toggles);
    var _ =
        control
            .rest()
            .patch(
                "/v1/llm-providers/" + PROVIDER + "-plain",
                new JsonObject().put("transcripts", transcripts));
    TimeUnit.SECONDS.sleep(CHANGE_S_MAX);
  }

  Path directory() {
    return directory;
  }

  /** What the gateway's process holds of the machine's memory. */
  double residentMib() throws IOException {
    String status = Files.readString(Path.of("/proc/%d/status".formatted(gateway.pid())));
    String kib = status.replaceFirst("(?s).*VmRSS:\\s+(\\d+) kB.*", "$1");
    return Double.parseDouble(kib) / 1_024;
  }

  /** The gateway's process, and that of the database's server. */
  long gatewayPid() {
    return gateway.pid();
  }

  long databasePid() throws IOException {
    try (var files = Files.walk(directory.resolve("postgres"))) {
      Path file = files.filter(path -> path.endsWith("postmaster.pid")).findFirst().orElseThrow();
      return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    }
  }

  /** A metric of the gateway, or nothing where it has none of the name. */
  double metric(String name) {
    String all =
        Rest.ok(
            Rest.send(
                HttpRequest.newBuilder(
                        URI.create(
                            LOCAL.formatted(
                                Integer.parseInt(gateway.setting("ADP_METRICS_PORT")), "/metrics")))
                    .build()));
    return all.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Waits until the database has all that the gateway has for it. */
  void settle() {
    Eventually.eventually(
        () -> {
          if (metric("adp_usage_pending") + metric("adp_transcript_pending_bytes") > 0) {
            throw new AssertionError("there is more to store");
          }
        });
  }

  /** Requests of all providers, once the journal has drained. */
  long recorded() {
    return control
        .rest()
        .get("/v1/spending/summary")
        .getJsonObject("stats")
        .getLong("total_requests", 0L);
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
