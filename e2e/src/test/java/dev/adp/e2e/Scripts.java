package dev.adp.e2e;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs texts as the programs that they are.
 *
 * @param folder where they are written to
 * @param environment what they find set
 */
record Scripts(Path folder, Map<String, String> environment) {
  /** Stands before what each of several programs says. */
  static final String HEADING = "=== ";

  private static final Duration RUN_MAX = Duration.ofMinutes(2);
  private static final Pattern NOTHING = Pattern.compile("(?!)");

  Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether this machine has a program. */
  static boolean has(String program) {
    return Stream.of(requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** Runs a program to its good end, and tells what it printed. */
  String run(List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    Child child = Child.start(builder, NOTHING);
    int exit = child.awaitExit(RUN_MAX);
    assertThat(exit).as("%s said:%n%s%n%s", command, child.out(), child.err()).isZero();
    return child.out();
  }

  /** What each of several programs printed, by name. */
  static Map<String, String> sections(String out) {
    var sections = new TreeMap<String, String>();
    for (String section : out.split("(?m)^" + HEADING, -1)) {
      int end = section.indexOf('\n');
      if (end >= 0) {
        sections.put(section.substring(0, end), section.substring(end + 1));
      }
    }
    return sections;
  }
}
