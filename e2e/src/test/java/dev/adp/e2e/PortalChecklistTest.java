package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement about the portal names tests that exist, or says what is open. */
class PortalChecklistTest {
  private static final Path CHECKLIST =
      Program.ROOT.resolve("e2e/src/test/resources/portal-checklist.tsv");
  private static final List<String> MODULES =
      List.of("db", "api", "portal", "terraform-bridge", "deploy", "e2e");
  private static final int HEADER_LINES = 2;
  private static final int COLUMNS = 3;
  private static final int ROWS_MIN = 150;
  private static final Pattern TEST = Pattern.compile("@(Parameterized|Repeated)?Test\\b");

  @Test
  void everyStatementNamesATest() throws IOException {
    Map<String, String> sources = sources();
    var statements = new HashSet<String>();
    List<String> lines = Files.readAllLines(CHECKLIST);
    assertThat(lines).hasSizeGreaterThan(ROWS_MIN);
    for (String line : lines.subList(HEADER_LINES, lines.size())) {
      String[] columns = line.split("\t", -1);
      assertThat(columns).as(line).hasSize(COLUMNS).doesNotContain("");
      assertThat(statements.add(columns[0] + ": " + columns[1])).as("once: %s", line).isTrue();
      if (!columns[2].startsWith("open: ")) {
        for (String test : columns[2].split(", ", -1)) {
          assertIsATest(sources, test);
        }
      }
    }
  }

  /** A class alone is no test: it may lose the one that was meant. */
  private static void assertIsATest(Map<String, String> sources, String test) {
    String[] parts = test.split("\\.", -1);
    assertThat(parts).as(test).hasSize(2);
    assertThat(sources).as(test).containsKey(parts[0]);
    String source = sources.getOrDefault(parts[0], "");
    int method = source.indexOf("void " + parts[1] + "(");
    assertThat(method).as(test).isNotNegative();
    int methodBefore = Math.max(0, source.lastIndexOf("void ", method - 1));
    assertThat(TEST.matcher(source.substring(methodBefore, method)).find()).as(test).isTrue();
  }

  /** The source of each test class by its name. */
  private static Map<String, String> sources() throws IOException {
    var sources = new HashMap<String, String>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Program.ROOT.resolve(module + "/src/test/java"))) {
        files
            .filter(file -> file.toString().endsWith("Test.java"))
            .forEach(
                file ->
                    sources.put(file.getFileName().toString().replace(".java", ""), read(file)));
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
