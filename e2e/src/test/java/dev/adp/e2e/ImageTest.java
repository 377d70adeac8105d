package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What deploy/Dockerfile puts upon its base, made without containers: small, and it runs. */
@EnabledOnOs(OS.LINUX)
class ImageTest {
  /**
   * An image is to have 180 MB at most; 17 are the base's, half a one the lists of what it is made
   * of.
   */
  private static final long BYTES_MAX = 162_500_000;

  private static final Pattern NEVER = Pattern.compile("(?!)");
  private static final Pattern READY = Pattern.compile("^ADP is ready$");

  @TempDir private Path folder;

  @Test
  void theImageIsSmallAndRunsFromItsCache() throws Exception {
    Path image = make();
    long bytes = bytes(image);
    System.out.printf("The image is %,d bytes without its base%n", bytes);
    assertThat(bytes).isLessThanOrEqualTo(BYTES_MAX);

    Map<String, String> settings =
        Program.freePorts("ADP_HTTP_PORT", "ADP_GATEWAY_PORT", "ADP_METRICS_PORT");
    Child lonely = Child.start(program(image, settings), NEVER);
    assertThat(lonely.awaitExit()).isEqualTo(1);
    assertThat(lonely.err()).contains("set ADP_DATABASE_URL to a server you run");

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"))) {
      settings.put("ADP_DATABASE_URL", postgres.databaseUrl());
      Child program = Child.start(program(image, settings), READY);
      program.awaitReady(Duration.ofMinutes(2));
      // A page is made of expressions that look for properties of beans, of which the runtime
      // has no more than that.
      assertThat(get("http://localhost:%s/sign-in".formatted(settings.get("ADP_HTTP_PORT"))))
          .satisfies(
              page -> {
                assertThat(page.statusCode()).as("%s", program.err()).isEqualTo(200);
                assertThat(page.body()).contains("name=\"password\"");
              });
      program.terminate();
      program.awaitExit();
    }
  }

  /** From what a release holds, as far as the image is made of it. */
  private Path make() throws IOException {
    Path image = Files.createDirectories(folder.resolve("adp"));
    copy(Program.DISTRIBUTION, image);
    copy(Program.ROOT.resolve("deploy/src/build"), Files.createDirectory(image.resolve("build")));
    boolean _ = Files.deleteIfExists(image.resolve("adp"));
    var builder = new ProcessBuilder("sh", "build/image.sh", image.toString());
    builder.directory(image.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ADP_"));
    builder
        .environment()
        .merge(
            "PATH",
            Path.of(System.getProperty("java.home"), "bin").toString(),
            (path, java) -> java + File.pathSeparator + path);
    Child child = Child.start(builder, NEVER);
    assertThat(child.awaitExit(Duration.ofMinutes(4)))
        .as("%s%n%s", child.out(), child.err())
        .isZero();
    return image;
  }

  /** Starts it as the image does, and fails where its cache cannot be used. */
  private ProcessBuilder program(Path image, Map<String, String> settings) {
    var builder =
        new ProcessBuilder(
            image.resolve("jre/bin/java").toString(),
            "-XX:AOTMode=on",
            "@" + image.resolve("image.options"),
            "dev.adp.Main",
            "up");
    builder.environment().keySet().removeIf(name -> name.startsWith("ADP_"));
    builder.environment().put("ADP_DATA_DIR", folder.resolve("data-" + settings.size()).toString());
    builder.environment().put("ADP_SHUTDOWN_ANNOUNCE_SECONDS", "0");
    builder.environment().putAll(settings);
    return builder;
  }

  private static HttpResponse<String> get(String url) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
  }

  /** Caches of this folder are not of that one. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".aot")).toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static long bytes(Path image) throws IOException {
    try (Stream<Path> files = Files.walk(image)) {
      return files.filter(Files::isRegularFile).mapToLong(ImageTest::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
