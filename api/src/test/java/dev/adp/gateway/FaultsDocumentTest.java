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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What docs/faults.md and docs/security.md promise is shown by the tests that they name, and they
 * leave nothing out that has happened to others.
 */
class FaultsDocumentTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");
  private static final String LAST_COLUMN = "| Test |";

  /** Of products of this kind; whoever takes a row away must take it away here, too. */
  private static final List<String> HOLES =
      List.of(
          "CVE-2024-6587",
          "CVE-2025-66405",
          "CVE-2026-1002",
          "CVE-2026-12773",
          "CVE-2026-12795",
          "CVE-2026-30623",
          "CVE-2026-35029",
          "CVE-2026-35030",
          "CVE-2026-37004",
          "CVE-2026-40217",
          "CVE-2026-42208",
          "CVE-2026-42271",
          "CVE-2026-47101",
          "CVE-2026-48710",
          "CVE-2026-48746",
          "CVE-2026-49468",
          "CVE-2026-50020",
          "CVE-2026-50560",
          "CVE-2026-55245",
          "CVE-2026-59822",
          "CVE-2026-86242",
          "CVE-2026-90898",
          "CVE-2026-110719",
          "GHSA-69x8-hrgq-fjj8",
          "GHSA-qqcv-vg9f-5rr3",
          "GO-2026-5652",
          "PYSEC-2026-2",
          "PYSEC-2026-4069",
          "PYSEC-2026-4074");

  /** The fault matrix: words that the first cell of a row begins with. */
  private static final List<String> FAULTS =
      List.of(
          "refuses the connection",
          "dies or resets inside the head",
          "resets, half-closes or dies inside a stream",
          "drips byte by byte",
          "100, 103 before the answer",
          "headers above",
          "a `Content-Length` that is none",
          "a body shorter than its length",
          "a body longer than its length",
          "gzip, br, deflate",
          "text that is not UTF-8",
          "no JSON",
          "server-sent events with CRLF, comments, no final line end, an event of a megabyte",
          "an event stream of AWS that is cut",
          "a frame with a bad checksum",
          "429, 500, 529",
          "a redirect",
          "a certificate that is expired",
          "serves many names",
          "a head that does not arrive in time",
          "a reader that stalls",
          "leaves while its body arrives",
          "leaves before its turn",
          "leaves before or inside a stream",
          "leaves a call that is not a stream",
          "leaves while its record is written",
          "pipelining",
          "100 MB of body",
          "10,000 headers",
          "`Content-Length` with `Transfer-Encoding`",
          "a header of several lines",
          "HTTP/2",
          "the database is down at the start",
          "goes away under load",
          "is slow",
          "has a full disk, fails over, restarts, cannot serialize",
          "the journal is full",
          "`kill -9`",
          "SIGTERM with 500 streams",
          "the clock jumps",
          "memory runs short",
          "a change is made on another instance",
          "a provider is deleted while it streams");

  @ParameterizedTest
  @CsvSource({"faults, 100", "security, 40"})
  void everyTestThatTheDocumentNamesExists(String document, int more) throws IOException {
    var missing = new ArrayList<String>();
    var named = NAMED.matcher(text(document));
    int count = 0;
    while (named.find()) {
      count++;
      if (!isTest(source(named.group(1)), named.group(2))) {
        missing.add(named.group());
      }
    }
    assertThat(missing).isEmpty();
    assertThat(count).isGreaterThan(more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"faults", "security"})
  void everyRowNamesATest(String document) throws IOException {
    assertThat(rows(document))
        .isNotEmpty()
        .allMatch(row -> NAMED.matcher(row.substring(row.lastIndexOf(" | "))).find());
  }

  @Test
  void everyPublishedHoleHasItsRow() throws IOException {
    String rows = String.join("\n", rows("faults")) + String.join("\n", rows("security"));
    for (String hole : HOLES) {
      assertThat(rows).containsPattern(hole + "\\b");
    }
  }

  @Test
  void everyFaultHasItsRow() throws IOException {
    List<String> rows = rows("faults");
    for (String fault : FAULTS) {
      assertThat(rows).as(fault).anyMatch(row -> row.startsWith("| " + fault));
    }
  }

  /** Those of tables that name tests. */
  private static List<String> rows(String document) throws IOException {
    var rows = new ArrayList<String>();
    boolean table = false;
    for (String line : text(document).lines().toList()) {
      table = line.startsWith("|") && (table || line.endsWith(LAST_COLUMN));
      if (table && !line.endsWith(LAST_COLUMN) && !line.startsWith("| ---")) {
        rows.add(line);
      }
    }
    return rows;
  }

  private static String text(String document) throws IOException {
    return Files.readString(ROOT.resolve("docs/%s.md".formatted(document)));
  }

  /** Whether it is run: what stands between the method before it and its name says so. */
  private static boolean isTest(String source, String method) {
    int name = source.indexOf("  void " + method + "(");
    String before = source.substring(source.lastIndexOf("\n  }\n", name) + 1, Math.max(0, name));
    return before.contains("  @Test\n") || before.contains("  @ParameterizedTest");
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
