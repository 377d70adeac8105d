package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table itself: complete, and right by two calculations that know nothing of our code. */
class GoldenCostTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden").toAbsolutePath();
  private static final int CASES_MIN = 60;

  @Test
  void eachFileHasItsRow() throws IOException {
    List<String> cases = GoldenRow.all().stream().map(GoldenRow::name).toList();
    assertThat(cases).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(CASES_MIN);
    try (Stream<Path> files = Files.list(GOLDEN)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".http")))
          .containsExactlyInAnyOrderElementsOf(cases.stream().map(name -> name + ".http").toList());
    }
  }

  @Test
  void costsFollowFromTokensAndRates() throws Exception {
    assertSucceeds("golden-costs.mjs", "golden.tsv");
  }

  @Test
  void genaiPricesAgreesExceptWhereWeSayWhy() throws Exception {
    assertSucceeds("golden-oracle.mjs", "golden.tsv", "oracle-differences.tsv");
  }

  private static void assertSucceeds(String script, String... tables) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of("node", script),
                Stream.of(tables).map(table -> GOLDEN.resolve(table).toString()))
            .toList();
    Process node =
        new ProcessBuilder(command)
            .directory(Path.of("node").toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor()).as(said).isZero();
  }
}
