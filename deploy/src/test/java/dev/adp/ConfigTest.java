package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigTest {
  @Test
  void nothingSetGivesTheDocumentedDefaults() {
    Config config = Config.of(Map.of(), false);
    assertThat(config.httpPort()).isEqualTo(8080);
    assertThat(config.gatewayPort()).isEqualTo(8090);
    assertThat(config.host()).isEqualTo("0.0.0.0");
    assertThat(config.publicUrl()).isEqualTo("http://localhost:8080");
    assertThat(config.gatewayPublicUrl()).isEqualTo("http://localhost:8090");
    assertThat(config.databaseUrl()).isEmpty();
    assertThat(config.masterKey()).isEmpty();
    assertThat(config.journalBytesMax()).isEqualTo(1L << 30);
  }

  @Test
  void theDemoListensOnLoopbackOnly() {
    assertThat(Config.of(Map.of(), true).host()).isEqualTo("127.0.0.1");
  }

  @Test
  void everythingWrongIsNamedInOneMessage() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(
            () ->
                Config.of(
                    Map.of(
                        "ADP_HTTP_PORT", "eighty",
                        "ADP_PUBLIC_URL", "ftp://x",
                        "ADP_HTTPPORT", "80"),
                    false))
        .withMessageContaining("ADP_HTTP_PORT must be a port from 0 to 65535, not \"eighty\"")
        .withMessageContaining("ADP_PUBLIC_URL must be an http or https URL")
        .withMessageContaining("ADP_HTTPPORT is not a setting");
  }

  @Test
  void theStsOfAwsCanBeAnother() {
    assertThat(Config.of(Map.of(), false).awsStsUrl()).isEmpty();
    assertThat(Config.of(Map.of("ADP_AWS_STS_URL", "http://sts.test:81/"), false).awsStsUrl())
        .contains(URI.create("http://sts.test:81"));
    assertWrong(Map.of("ADP_AWS_STS_URL", "no url"), "ADP_AWS_STS_URL must be an http or https");
  }

  @Test
  void kubernetesServiceLinksAreRecognised() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(
            () ->
                Config.of(
                    Map.of(
                        "ADP_GATEWAY_PORT", "tcp://10.0.0.1:8090",
                        "ADP_GATEWAY_SERVICE_HOST", "10.0.0.1"),
                    false))
        .withMessageContaining("ADP_GATEWAY_PORT is a Kubernetes service link")
        .withMessageContaining("ADP_GATEWAY_SERVICE_HOST is a Kubernetes service link")
        .withMessageContaining("enableServiceLinks: false");
  }

  @Test
  void aDatabaseUrlNeverShowsItsPassword() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> Config.of(Map.of("ADP_DATABASE_URL", "mysql://u:MARKER@db/adp"), false))
        .withMessageContaining("ADP_DATABASE_URL must be postgresql://")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("MARKER"));
  }

  @Test
  void bothRolesRunUnlessOneIsNamed() {
    assertThat(Config.of(Map.of(), false).roles()).containsExactlyInAnyOrder(Config.Role.values());
    assertThat(Config.of(Map.of("ADP_ROLES", "control"), false).roles())
        .containsExactly(Config.Role.CONTROL);
    assertThat(
            Config.of(
                    Map.of("ADP_ROLES", "gateway", "ADP_DATABASE_URL", "postgresql://u@db/adp"),
                    false)
                .roles())
        .containsExactly(Config.Role.GATEWAY);
  }

  @Test
  void rolesThatCannotRunAreExplained() {
    assertWrong(Map.of("ADP_ROLES", "control,portal"), "ADP_ROLES must be control, gateway or");
    assertWrong(Map.of("ADP_ROLES", "gateway"), "ADP_ROLES=gateway needs ADP_DATABASE_URL");
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> Config.of(Map.of("ADP_ROLES", "control"), true))
        .withMessageContaining("the demo runs both roles");
  }

  private static void assertWrong(Map<String, String> environment, String message) {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> Config.of(environment, false))
        .withMessageContaining(message);
  }

  @Test
  void theMasterKeyHasOneSource() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(
            () -> Config.of(Map.of("ADP_MASTER_KEY", "x", "ADP_MASTER_KEY_FILE", "y"), false))
        .withMessageContaining("exclude each other");
  }

  @Test
  void itsTextFormHoldsNoSecret() {
    Map<String, String> secrets =
        Map.of("ADP_MASTER_KEY", "MARKER", "ADP_DATABASE_URL", "postgresql://u:MARKER@db/adp");
    assertThat(Config.of(secrets, false).toString()).doesNotContain("MARKER");
  }

  @Test
  void theReferenceListsEverySetting() throws Exception {
    String table =
        Config.SETTINGS.stream()
            .map(
                setting ->
                    "| `%s` | %s | %s |"
                        .formatted(setting.name(), setting.defaultValue(), setting.meaning()))
            .collect(Collectors.joining("\n"));
    assertThat(Files.readString(Path.of("../docs/configuration.md"))).contains(table);
  }
}
