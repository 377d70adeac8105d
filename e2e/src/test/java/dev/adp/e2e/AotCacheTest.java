package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JVM does not check that its cache of loaded classes still fits the jars, so the launcher
 * must: after a rebuild the new class runs, not the one that was cached.
 */
class AotCacheTest {
  private static final String SENTENCE = "there is no credentials.json";
  private static final String NEW_SENTENCE = "the rebuilt class finds no credentials.json";
  private static final Pattern NEVER = Pattern.compile("(?!)");
  private static final Path SOURCE =
      Program.ROOT.resolve("deploy/src/main/java/dev/adp/TokenCommand.java");

  @TempDir private Path copy;

  @Test
  void aRebuiltClassIsTheOneThatRuns() throws IOException {
    layOut();

    String cache = cacheName();
    assertThat(launch("token")).contains(SENTENCE).doesNotContain(NEW_SENTENCE);
    assertThat(copy.resolve(cache)).exists();

    rebuild();
    // One training run is enough here: the launcher goes on without a cache when it fails.
    Files.writeString(
        copy.resolve("deploy/src/build/AotCache.java"), "void main() { System.exit(1); }");
    assertThat(launch("token")).contains(NEW_SENTENCE);
    assertThat(cacheName()).isNotEqualTo(cache);
  }

  /** What the launcher needs of the repository, built. */
  private void layOut() throws IOException {
    for (String folder : List.of("deploy/src/build", "deploy/target/adp/lib", "target")) {
      Files.createDirectories(copy.resolve(folder));
    }
    for (String file :
        List.of(
            "adp", "pom.xml", "deploy/src/build/AotCache.java", "deploy/target/adp/jvm.options")) {
      Files.copy(
          Program.ROOT.resolve(file), copy.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    try (Stream<Path> jars = Files.list(Program.DISTRIBUTION.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, copy.resolve("deploy/target/adp/lib").resolve(jar.getFileName()));
      }
    }
    stamp();
  }

  /** Changes a class, compiles it and puts it into its jar. */
  private void rebuild() throws IOException {
    Path changed = Files.createDirectories(copy.resolve("changed"));
    Path source = changed.resolve("TokenCommand.java");
    Files.writeString(source, Files.readString(SOURCE).replace(SENTENCE, NEW_SENTENCE));
    Path lib = copy.resolve("deploy/target/adp/lib");
    Path jar;
    try (Stream<Path> jars = Files.list(lib)) {
      jar =
          jars.filter(file -> file.getFileName().toString().matches("adp-deploy-[\\d.]+\\.jar"))
              .findFirst()
              .orElseThrow();
    }
    tool("javac", "-nowarn", "-cp", jars(lib), "-d", changed.toString(), source.toString());
    tool("jar", "--update", "--file", jar.toString(), "-C", changed.toString(), "dev");
    stamp();
  }

  /** As the launcher leaves it after a build: of these sources, with these jars. */
  private void stamp() {
    functions("fingerprint > \"$STAMP\"");
  }

  private String cacheName() {
    return functions("aot_cache").lines().findFirst().orElseThrow();
  }

  /** Runs a line of shell among the launcher's functions. */
  private String functions(String line) {
    return run(
        List.of(
            "sh",
            "-c",
            "sed '/^unset CDPATH/,$d' adp > functions.sh && . ./functions.sh && " + line));
  }

  private String launch(String command) {
    return run(List.of("./adp", command));
  }

  /** All that a command says. */
  private String run(List<String> command) {
    var builder = new ProcessBuilder(command).directory(copy.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ADP_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("ADP_DATA_DIR", copy.resolve("data").toString());
    Child child = Child.start(builder, NEVER);
    int code = child.awaitExit(Duration.ofMinutes(3));
    return "%s%n%s%nexit %d".formatted(child.out(), child.err(), code);
  }

  private static String jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static void tool(String name, String... arguments) {
    var out = new PrintWriter(System.out, true, UTF_8);
    assertThat(ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments)).isZero();
  }
}
