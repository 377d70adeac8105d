package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every statement about the portal names a test that exists, or says what is open. */
class PortalChecklistTest {
  private static final int COLUMNS = 3;

  @Test
  void everyStatementNamesATest() throws IOException {
    Map<String, String> tests = sources();
    List<String> lines =
        Files.readAllLines(Program.ROOT.resolve("e2e/src/test/resources/portal-checklist.tsv"));
    assertThat(lines).hasSizeGreaterThan(40);
    for (String line : lines.subList(2, lines.size())) {
      String[] columns = line.split("\t", -1);
      assertThat(columns).as(line).hasSize(COLUMNS).doesNotContain("");
      if (!columns[2].startsWith("open: ")) {
        String[] test = columns[2].split("\\.", 2);
        assertThat(tests).as(line).containsKey(test[0]);
        if (test.length > 1) {
          assertThat(tests.get(test[0])).as(line).contains("void " + test[1] + "(");
        }
      }
    }
  }

  /** The source of each test class by its name. */
  private static Map<String, String> sources() throws IOException {
    var sources = new HashMap<String, String>();
    for (String module : List.of("db", "api", "portal", "deploy", "e2e")) {
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
