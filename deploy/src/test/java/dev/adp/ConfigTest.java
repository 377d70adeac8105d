package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.gateway.GatewayLimits;
import dev.adp.http.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** All that Kubernetes makes of a service "adp" with a port "http", and of one "adp-gateway". */
  @ParameterizedTest
  @CsvSource({
    "ADP_SERVICE_HOST, 10.0.0.1",
    "ADP_SERVICE_PORT, 8080",
    "ADP_SERVICE_PORT_HTTP, 8080",
    "ADP_SERVICE_PORT_HTTP_ALT, 8081",
    "ADP_PORT, tcp://10.0.0.1:8080",
    "ADP_PORT, udp://10.0.0.1:8080",
    "ADP_PORT_8080_TCP, tcp://10.0.0.1:8080",
    "ADP_PORT_8080_TCP_PROTO, tcp",
    "ADP_PORT_8080_TCP_PORT, 8080",
    "ADP_PORT_8080_TCP_ADDR, 10.0.0.1",
    "ADP_GATEWAY_SERVICE_HOST, 10.0.0.1",
    "ADP_GATEWAY_SERVICE_PORT_METRICS, 8091",
    "ADP_GATEWAY_PORT_8090_TCP_ADDR, 10.0.0.1",
    "ADP_HTTP_PORT, udp://10.0.0.1:8080",
  })
  void aServiceLinkIsToldFromAMistake(String name, String value) {
    assertWrong(Map.of(name, value), name + " is a Kubernetes service link");
  }

  @ParameterizedTest
  @CsvSource({"ADP_HTTPS_PORT, 8443", "ADP_PORT, 8080", "ADP_SERVICE, adp", "ADP_PORTS, 1"})
  void aMistakeIsNoServiceLink(String name, String value) {
    assertWrong(Map.of(name, value), name + " is not a setting");
  }

  @Test
  void aDatabaseUrlNeverShowsItsPassword() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> Config.of(Map.of("ADP_DATABASE_URL", "mysql://u:MARKER@db/adp"), false))
        .withMessageContaining("ADP_DATABASE_URL must be postgresql://")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("MARKER"));
  }

  @Test
  void aDatabaseInAContainerMayHaveAnUnderscoreInItsName() {
    String url = "postgresql://u:p@my_db:5432/adp";
    assertThat(Config.of(Map.of("ADP_DATABASE_URL", url), false).databaseUrl()).contains(url);
  }

  @Test
  void aWayToTheDatabaseThatCannotBeKeptIsRefused() {
    String url = "postgresql://u:MARKER@db/adp?";
    for (String wrong :
        List.of(
            "sslmode=prefer",
            "sslmode=verify-all",
            "sslmode=",
            "channel_binding=require",
            "sslrootcert=system",
            "sslmode=verify-full&sslrootcert=/no/such/file")) {
      assertThatExceptionOfType(StartFailure.class)
          .isThrownBy(() -> Config.of(Map.of("ADP_DATABASE_URL", url + wrong), false))
          .withMessageMatching(
              "wrong settings: ADP_DATABASE_URL (can have|has|names) (an )?sslm?[^;]*"
                  + "|wrong settings: ADP_DATABASE_URL can have the parameters [^;]*")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("MARKER"));
    }
    for (String right :
        List.of("sslmode=disable", "sslmode=require", "sslmode=verify-full&sslrootcert=system")) {
      assertThat(Config.of(Map.of("ADP_DATABASE_URL", url + right), false).databaseUrl())
          .contains(url + right);
    }
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
  void theGatewaysLimitsAreSettings() {
    assertThat(Config.of(Map.of(), false).gatewayLimits()).isEqualTo(GatewayLimits.DEFAULT);
    Map<String, String> given = new TreeMap<>();
    Settings.names().stream()
        .filter(
            name -> name.matches("ADP_(HELD|STREAMED|HEADER|URI|CALLS|PROVIDER|UPSTREAM_C).*_MAX"))
        .forEach(name -> given.put(name, "7"));
    Settings.names().stream()
        .filter(name -> name.matches("ADP_.*_SECONDS"))
        .forEach(name -> given.put(name, "7"));
    Config config = Config.of(given, false);
    assertThat(config.gatewayLimits())
        .isEqualTo(
            new GatewayLimits(
                7, 7, 7, 7, 7, 7, 7, 7, 7_000, 7_000, 7_000, 7_000, 7_000, 7_000, 7_000));
    assertThat(config.shutdownAnnounce()).hasSeconds(7);
  }

  @Test
  void aLimitOfNothingIsNone() {
    assertWrong(Map.of("ADP_CALLS_MAX", "0"), "ADP_CALLS_MAX must be a number from 1");
    assertWrong(
        Map.of("ADP_IDLE_TIMEOUT_SECONDS", "0"),
        "ADP_IDLE_TIMEOUT_SECONDS must be from 1 to 86400 seconds");
  }

  @Test
  void tlsNeedsBothFilesAndChangesTheUrls(@TempDir Path folder) throws IOException {
    Path certificate = Files.writeString(folder.resolve("tls.crt"), "");
    Path key = Files.writeString(folder.resolve("tls.key"), "");
    Config config =
        Config.of(
            Map.of("ADP_TLS_CERT", certificate.toString(), "ADP_TLS_KEY", key.toString()), false);
    assertThat(config.tls()).contains(new TlsFiles(certificate.toString(), key.toString()));
    assertThat(config.publicUrl()).isEqualTo("https://localhost:8080");
    assertThat(config.gatewayPublicUrl()).isEqualTo("https://localhost:8090");
    assertWrong(
        Map.of("ADP_TLS_CERT", certificate.toString()),
        "ADP_TLS_CERT and ADP_TLS_KEY belong together");
    assertWrong(
        Map.of("ADP_TLS_CERT", "/none", "ADP_TLS_KEY", key.toString()),
        "ADP_TLS_CERT names a file that cannot be read");
  }

  @Test
  void metricsLogAndProxiesAreRead() {
    Config config =
        Config.of(
            Map.of(
                "ADP_METRICS_PORT", "7",
                "ADP_METRICS_HOST", "0.0.0.0",
                "ADP_ACCESS_LOG", "off"),
            false);
    assertThat(config.metricsPort()).isEqualTo(7);
    assertThat(config.metricsHost()).isEqualTo("0.0.0.0");
    assertThat(config.accessLog()).isFalse();
    assertThat(Config.of(Map.of(), false).accessLog()).isTrue();
    assertThat(Config.of(Map.of(), true).accessLog()).isFalse();
    assertWrong(Map.of("ADP_ACCESS_LOG", "xml"), "ADP_ACCESS_LOG must be off or json");
    assertWrong(
        Map.of("ADP_TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
        "ADP_TRUSTED_PROXIES has an entry that is not a network: proxy");
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
        Settings.ALL.stream()
            .map(
                setting ->
                    "| `%s` | %s | %s |"
                        .formatted(setting.name(), setting.defaultValue(), setting.meaning()))
            .collect(Collectors.joining("\n"));
    assertThat(Files.readString(Path.of("../docs/configuration.md"))).contains(table);
  }
}
