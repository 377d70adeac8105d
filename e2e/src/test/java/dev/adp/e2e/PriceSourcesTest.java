package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The shipped prices against those that others collect; differences are reviewed one by one. */
class PriceSourcesTest {
  private static final Path FOLDER = Program.ROOT.resolve("e2e/node");

  @Test
  void shippedPricesAreThoseOfAnIndependentListButForReviewedDifferences() throws Exception {
    assertThat(FOLDER.resolve("node_modules/@pydantic/genai-prices"))
        .as("./adp test installs it (npm ci in e2e/node)")
        .exists();
    Process check =
        new ProcessBuilder("node", "check-prices.mjs")
            .directory(FOLDER.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(check.getInputStream().readAllBytes(), UTF_8);
    assertThat(check.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("[2-9][0-9]{2} rows compared");
  }
}
