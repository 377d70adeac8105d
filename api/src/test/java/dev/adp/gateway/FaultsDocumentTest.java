package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What docs/faults.md and docs/security.md promise is shown by the tests that they name. */
class FaultsDocumentTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");

  @ParameterizedTest
  @CsvSource({"faults, 100", "security, 40"})
  void everyTestThatTheDocumentNamesExists(String document, int more) throws IOException {
    var missing = new ArrayList<String>();
    var named = NAMED.matcher(Files.readString(ROOT.resolve("docs/%s.md".formatted(document))));
    int count = 0;
    while (named.find()) {
      count++;
      if (!source(named.group(1)).contains("  void " + named.group(2) + "(")) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(count).isGreaterThan(more);
  }

  /** Empty when there is no such class. */
  private static String source(String testClass) throws IOException {
    try (var modules = Files.list(ROOT)) {
      List<Path> tests =
          modules
              .map(module -> module.resolve("src/test/java"))
              .filter(Files::isDirectory)
              .toList();
      var found = new ArrayList<Path>();
      for (Path folder : tests) {
        try (var files = Files.walk(folder)) {
          found.addAll(files.filter(file -> file.endsWith(testClass + ".java")).toList());
        }
      }
      return found.stream().map(FaultsDocumentTest::text).collect(Collectors.joining());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
