package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WelcomeTest {
  @TempDir private Path data;

  @Test
  void theFileIsSaidToHoldTheFirstPasswordSinceItMayHaveBeenChanged() throws IOException {
    Files.writeString(
        data.resolve("credentials.json"), "{\"username\": \"admin\", \"password\": \"first\"}");
    Config config = Config.of(Map.of("ADP_DATA_DIR", data.toString()), true);

    assertThat(Welcome.text(config, true, true))
        .contains("sign in as admin, password first  (kept in " + data);
    assertThat(Welcome.text(config, false, true))
        .contains("sign in as admin, password as set  (the first one is kept in " + data)
        .doesNotContain("password first");
  }
}
