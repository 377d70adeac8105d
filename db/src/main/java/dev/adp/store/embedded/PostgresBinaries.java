package dev.adp.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** PostgreSQL's own programs, unpacked from the class path once, and the way to run them. */
final class PostgresBinaries {
  /** As the POM pins it; a test asks the unpacked server, so that the two cannot part. */
  static final String VERSION = "18.1.0";

  private static final int PROGRAM_SECONDS_MAX = 120;
  private static final int OUTPUT_BYTES_MAX = 16_384;

  /** Neither settings nor secrets of ours are the database's business. */
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH");

  private static final String PARTIAL = ".partial-";

  private final Path home;

  private PostgresBinaries(Path home) {
    this.home = home;
  }

  /**
   * Unpacks below the folder unless that was done before; safe against a kill, and against another
   * that does the same.
   */
  static PostgresBinaries in(Path folder) throws IOException {
    Path home = folder.resolve("binaries-" + VERSION);
    makeOnce(home, partial -> unpack(archiveName(), partial));
    return new PostgresBinaries(home);
  }

  /**
   * Fills a folder beside its final place and renames it when it is whole: nobody ever sees a half.
   */
  static synchronized void makeOnce(Path target, Filling filling) throws IOException {
    if (Files.isDirectory(target)) {
      return;
    }
    try (var lock = FileChannel.open(beside(target, ".lock"), CREATE, WRITE)) {
      lock.lock(); // Another process may want the same folder. The system unlocks for the dead.
      if (!Files.isDirectory(target)) {
        deleteLeftovers(target);
        Path partial = beside(target, PARTIAL + System.nanoTime());
        filling.fill(Files.createDirectory(partial));
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  @FunctionalInterface
  interface Filling {
    void fill(Path partial) throws IOException;
  }

  /** Starts a program; output and errors in one stream, English messages. */
  Process start(String program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  /** Runs a program to its end and returns what it said. */
  String run(String input, String program, String... arguments) throws IOException {
    Process process = start(program, arguments);
    try (var stdin = process.outputWriter(UTF_8)) {
      stdin.write(input);
    } catch (IOException _) {
      // It ended without reading; its exit code tells why.
    }
    if (!await(process, PROGRAM_SECONDS_MAX * 1_000)) {
      process.destroyForcibly();
      throw new EmbeddedPostgresException(
          "%s did not end in %d s.".formatted(program, PROGRAM_SECONDS_MAX));
    }
    String output = output(process);
    if (process.exitValue() != 0) {
      throw new EmbeddedPostgresException("%s failed: %s".formatted(program, lastLine(output)));
    }
    return output;
  }

  static String output(Process process) throws IOException {
    return new String(process.getInputStream().readNBytes(OUTPUT_BYTES_MAX), UTF_8);
  }

  static String lastLine(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .reduce("no output", (_, line) -> line.strip());
  }

  /** Waits for the end of a process; false when the time is over first. */
  static boolean await(Process process, long limitMs) {
    try {
      return process.waitFor(limitMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static void pause(long pauseMs) {
    try {
      Thread.sleep(pauseMs);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static EmbeddedPostgresException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EmbeddedPostgresException("Interrupted while waiting for PostgreSQL.", e);
  }

  /**
   * Refuses early what the server would refuse late: it never runs as root, except as nobody in a
   * namespace of its own.
   */
  static void requireUsableIdentity() throws IOException {
    if (!isRoot()) {
      return;
    }
    try {
      Process probe =
          new ProcessBuilder("unshare", "--user", "true").redirectErrorStream(true).start();
      if (await(probe, PROGRAM_SECONDS_MAX * 1_000) && probe.exitValue() == 0) {
        return;
      }
    } catch (IOException _) {
      // No such program here: the same answer as one that fails.
    }
    throw new EmbeddedPostgresException(
        "PostgreSQL refuses to run as root: start ADP as another user, or set ADP_DATABASE_URL to a server you run.");
  }

  private static boolean isRoot() {
    return new UnixSystem().getUid() == 0;
  }

  private static String archiveName() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String family = system.startsWith("mac") ? "darwin" : system;
    String processor =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          case String other -> other;
        };
    return "/postgres-%s-%s.txz".formatted(family, processor);
  }

  private static void unpack(String archive, Path target) throws IOException {
    try (InputStream packed = PostgresBinaries.class.getResourceAsStream(archive)) {
      if (packed == null) {
        throw new EmbeddedPostgresException(
            "No PostgreSQL ships for this machine (%s %s): set ADP_DATABASE_URL to a server you run."
                .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
      }
      PostgresArchive.unpack(packed, target);
    }
  }

  private static Path beside(Path target, String suffix) {
    return target.resolveSibling(target.getFileName() + suffix);
  }

  /** Removes what killed processes left half done. */
  private static void deleteLeftovers(Path target) throws IOException {
    try (Stream<Path> siblings =
        Files.list(requireNonNull(target.getParent(), "target is a root"))) {
      for (Path path : siblings.toList()) {
        if (path.toString().startsWith(beside(target, PARTIAL).toString())) {
          delete(path);
        }
      }
    } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException _) {
      // An orphan of theirs is at work there. It harms nobody: only whole folders have the name.
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
