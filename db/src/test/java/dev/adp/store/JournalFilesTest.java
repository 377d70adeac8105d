package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of the journal: whole ones are read, others are not. */
class JournalFilesTest {
  @TempDir Path directory;

  @Test
  void aLineIsWhatItsChecksumSays() throws IOException {
    Path segment = directory.resolve("segment");
    byte[] good = JournalFiles.line("{\"a\":\"é\\n\"}");
    Files.write(segment, good);
    assertThat(JournalFiles.read(segment, 0, good.length, 1 << 20, true).rows())
        .extracting(JournalRow::text)
        .containsExactly("{\"a\":\"é\\n\"}");
    int space = 8; // The only byte that nothing depends on.
    for (int i = 0; i < good.length - 1; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 4;
      Files.write(segment, bad);
      assertThat(JournalFiles.read(segment, 0, bad.length, 1 << 20, true).rows())
          .hasSize(i == space ? 1 : 0);
    }
  }

  @Test
  void anUnfinishedLineOfTheOpenSegmentIsReadAgainLater() throws IOException {
    Path segment = directory.resolve("segment");
    byte[] one = JournalFiles.line("{\"a\":1}");
    byte[] two = JournalFiles.line("{\"b\":2}");
    Files.write(segment, one);
    Files.write(segment, two, StandardOpenOption.APPEND);
    var batch = JournalFiles.read(segment, 0, one.length + 5, 1 << 20, false);
    assertThat(batch.rows()).extracting(JournalRow::text).containsExactly("{\"a\":1}");
    assertThat(batch.nextOffset()).isEqualTo(one.length);
  }
}
