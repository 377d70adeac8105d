package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of {@code credentials.json} when its installation is started again. */
class DataDirectoryTest {
  private static final String OF_THE_FIRST_START =
      """
      {
        "portal_url" : "http://localhost:8080",
        "gateway_url" : "http://localhost:8090",
        "token_url" : "http://localhost:8080/oauth/idp/token",
        "username" : "admin",
        "password" : "first-password",
        "client_id" : "id",
        "client_secret" : "secret",
        "note" : "of mine"
      }
      """;

  @TempDir private Path data;

  @SuppressWarnings("NullAway.Init")
  private DataDirectory directory;

  @BeforeEach
  void open() {
    directory = DataDirectory.open(data);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void theUrlsBecomeThoseOfThisStartAndAllElseStays() throws IOException {
    Path file = file(OF_THE_FIRST_START, "rw-r-----");
    directory.updateCredentials(
        config("ADP_HTTP_PORT", "9080", "ADP_GATEWAY_PUBLIC_URL", "https://llm.example.com"));
    assertThat(file)
        .hasContent(
            OF_THE_FIRST_START
                .replace(":8080", ":9080")
                .replace("http://localhost:8090", "https://llm.example.com"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    try (Stream<Path> files = Files.list(data)) {
      assertThat(files).doesNotContain(data.resolve("credentials.json.partial"));
    }
  }

  /** Whoever watches the file, or has it open, is left alone. */
  @Test
  void whatIsRightIsNotWritten() throws IOException {
    Path file = file(new JsonObject(OF_THE_FIRST_START).encode(), "rw-------");
    Object before = Files.getAttribute(file, "unix:ino");
    directory.updateCredentials(config("ADP_HTTP_PORT", "8080", "ADP_GATEWAY_PORT", "8090"));
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);
    assertThat(file).hasContent(new JsonObject(OF_THE_FIRST_START).encode());
  }

  @Test
  void whatPeopleHaveDeletedStaysDeleted() {
    directory.updateCredentials(config("ADP_HTTP_PORT", "9080"));
    assertThat(directory.credentials()).doesNotExist();
  }

  @Test
  void aFileThatIsBrokenIsNamed() throws IOException {
    Path file = file("{\"portal_url\"", "rw-------");
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> directory.updateCredentials(config("ADP_HTTP_PORT", "9080")))
        .withMessage("the file %s is no JSON any more: mend it or delete it.", file);
    assertThat(file).hasContent("{\"portal_url\"");
  }

  private Path file(String text, String mode) throws IOException {
    Path file = Files.writeString(directory.credentials(), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Config config(String name, String value) {
    return Config.of(Map.of("ADP_DATA_DIR", data.toString(), name, value), false);
  }

  private Config config(String name, String value, String other, String otherValue) {
    return Config.of(
        Map.of("ADP_DATA_DIR", data.toString(), name, value, other, otherValue), false);
  }
}
