package dev.adp;

import static dev.adp.Manifests.at;
import static dev.adp.Manifests.each;
import static dev.adp.Manifests.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compose, systemd and monitoring files: the program takes their settings, and they fit together.
 */
class ComposeTest {
  private static final JsonObject COMPOSE = Manifests.read(Path.of("compose.yaml")).getFirst();
  private static final List<String> OURS = List.of("control", "gateway-1", "gateway-2");

  /** {@code ${NAME:-default}} and {@code ${NAME:?what to do}}. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):([-?])([^}]*)}");

  @Test
  void theProgramTakesTheSettingsOfEachService() {
    for (String name : OURS) {
      Config config = config(name);
      assertThat(config.runs(Config.Role.CONTROL)).isEqualTo(name.equals("control"));
      assertThat(config.runs(Config.Role.GATEWAY)).isEqualTo(!name.equals("control"));
      assertThat(config.masterKey()).isPresent();
      assertThat(config.masterKeyPrevious()).isEmpty();
      assertThat(config.metricsHost()).isEqualTo("0.0.0.0");
      assertThat(config.otlp()).isPresent();
      assertThat(Duration.parse("PT" + text(service(name), "stop_grace_period")))
          .isGreaterThanOrEqualTo(
              config
                  .shutdownAnnounce()
                  .plusMillis(config.gatewayLimits().shutdownMs())
                  .plusSeconds(30));
    }
  }

  @Test
  void aRotationOfTheMasterKeyNeedsNothingButItsSettings() {
    for (String name : OURS) {
      assertThat(text(service(name), "environment", "ADP_MASTER_KEY_PREVIOUS"))
          .isEqualTo("${ADP_MASTER_KEY_PREVIOUS:-}");
    }
  }

  @Test
  void ourContainersAreShutInAndEachHasAVolumeOfItsOwn() {
    var volumes = new TreeSet<String>();
    for (String name : OURS) {
      JsonObject service = service(name);
      assertThat(at(service, "read_only").getAsBoolean()).isTrue();
      assertThat(at(service, "cap_drop").toString()).isEqualTo("[\"ALL\"]");
      assertThat(at(service, "volumes").getAsJsonArray()).hasSize(1);
      volumes.add(at(service, "volumes").getAsJsonArray().get(0).getAsString());
    }
    assertThat(volumes)
        .containsExactly(
            "control:/var/lib/adp", "gateway-1:/var/lib/adp", "gateway-2:/var/lib/adp");
    assertThat(at(COMPOSE, "volumes").getAsJsonObject().keySet())
        .contains("control", "gateway-1", "gateway-2", "postgres");
  }

  /** Else nobody signs in without TLS, or anybody says that he is on this machine. */
  @Test
  void onlyTheProxyIsBelievedAndItSaysWhereCallersAre() throws IOException {
    JsonObject proxy = service("proxy");
    assertThat(text(service("control"), "environment", "ADP_TRUSTED_PROXIES"))
        .isEqualTo(text(proxy, "networks", "inside", "ipv4_address"));
    for (JsonElement port : at(proxy, "ports").getAsJsonArray()) {
      assertThat(port.getAsString()).startsWith("127.0.0.1:");
    }
    String frontends = Files.readString(Path.of("compose/haproxy.cfg"));
    assertThat(frontends).doesNotContain("option forwardfor");
    assertThat(frontends.split("set-header X-Forwarded-For 127.0.0.1\n", -1)).hasSize(2);
    assertThat(frontends.split("set-header X-Forwarded-For ", -1)).hasSize(3);
  }

  @Test
  void everyFileThatIsMountedIsThere() {
    for (JsonElement service : at(COMPOSE, "services").getAsJsonObject().asMap().values()) {
      if (service.getAsJsonObject().has("volumes")) {
        for (JsonElement volume : at(service, "volumes").getAsJsonArray()) {
          String from = volume.getAsString().split(":", 2)[0];
          if (from.startsWith("./")) {
            assertThat(Path.of(from)).exists();
          }
        }
      }
    }
  }

  @Test
  void whatWatchesAsksEachOfOurs() throws IOException {
    JsonObject prometheus = Manifests.read(Path.of("compose/prometheus.yaml")).getFirst();
    JsonObject job = each(prometheus, "scrape_configs").findFirst().orElseThrow();
    assertThat(text(job, "job_name")).isEqualTo("adp");
    assertThat(each(job, "static_configs").findFirst().orElseThrow().get("targets").toString())
        .isEqualTo("[\"control:8091\",\"gateway-1:8091\",\"gateway-2:8091\"]");
    assertThat(Files.readString(Path.of("compose/haproxy.cfg")))
        .contains(" gateway-1:8090\n", " gateway-2:8090\n", " control:8080\n")
        .contains("option httpchk GET /healthz/ready\n", "http-reuse never\n");
    JsonObject spans = Manifests.read(Path.of("compose/otel-collector.yaml")).getFirst();
    assertThat(text(spans, "receivers", "otlp", "protocols", "http", "endpoint")).endsWith(":4318");
    JsonObject source =
        Manifests.read(Path.of("compose/grafana/provisioning/datasources/prometheus.yaml"))
            .getFirst();
    String uid = each(source, "datasources").map(it -> text(it, "uid")).findFirst().orElseThrow();
    each(JsonParser.parseString(Files.readString(Path.of("monitoring/dashboard.json"))), "panels")
        .filter(panel -> panel.has("datasource"))
        .forEach(panel -> assertThat(text(panel, "datasource", "uid")).isEqualTo(uid));
  }

  @Test
  void everyAlertSaysWhatItMeansAndIsInTheReference() throws IOException {
    String reference = Files.readString(Path.of("../docs/metrics.md"));
    JsonObject rules = Manifests.read(Path.of("monitoring/alerts.yaml")).getFirst();
    List<JsonObject> alerts = each(rules, "groups").flatMap(group -> each(group, "rules")).toList();
    assertThat(alerts).hasSizeGreaterThan(10);
    for (JsonObject alert : alerts) {
      assertThat(text(alert, "expr")).isNotBlank();
      assertThat(text(alert, "labels", "severity")).isIn("warning", "critical");
      assertThat(text(alert, "annotations", "summary")).isNotBlank();
      assertThat(text(alert, "annotations", "description")).endsWith(".");
      assertThat(reference).contains("`%s`".formatted(text(alert, "alert")));
    }
  }

  @Test
  void theUnitOfSystemdHoldsToTheProgram() throws IOException {
    String unit = Files.readString(Path.of("adp.service"));
    Map<String, String> environment = new TreeMap<>();
    Pattern.compile("(?m)^Environment=(\\w+)=(.*)$")
        .matcher(unit)
        .results()
        .forEach(found -> environment.put(found.group(1), found.group(2)));
    assertThat(environment).containsKeys("ADP_DATA_DIR", "ADP_MASTER_KEY_FILE");
    var example = new Properties();
    String all = Files.readString(Path.of("adp.env"));
    // What is commented out is an example too.
    example.load(new java.io.StringReader(all.replaceAll("(?m)^#(ADP_(?!TLS))", "$1")));
    example.forEach((name, value) -> environment.put((String) name, (String) value));
    Config config = Config.of(environment, false);
    assertThat(config.databaseUrl()).isPresent();
    long stop = Long.parseLong(unit.replaceAll("(?s).*\nTimeoutStopSec=(\\d+)\n.*", "$1"));
    assertThat(stop)
        .isGreaterThanOrEqualTo(
            config.shutdownAnnounce().toSeconds()
                + config.gatewayLimits().shutdownMs() / 1_000
                + 30);
    assertThat(unit)
        .contains("\nUser=adp\n", "\nNoNewPrivileges=yes\n", "\nProtectSystem=strict\n")
        .contains("\nExecStart=/opt/adp/adp up\n", "\nSuccessExitStatus=143\n");
  }

  @Test
  void theImageKnowsThePortsAndStopsByTheSignalThatTheProgramKnows() throws IOException {
    assertThat(Files.readString(Path.of("Dockerfile")))
        .contains("EXPOSE 8080 8090 8091\n", "STOPSIGNAL SIGTERM\n", "USER 65532:65532\n")
        .contains("ENV ADP_DATA_DIR=/var/lib/adp\n", "\"dev.adp.Main\", \"health\"]");
  }

  private static JsonObject service(String name) {
    return at(COMPOSE, "services", name).getAsJsonObject();
  }

  private static Config config(String name) {
    Map<String, String> environment =
        at(service(name), "environment").getAsJsonObject().asMap().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, setting -> substituted(setting.getValue().getAsString())));
    return Config.of(environment, false);
  }

  /** As compose does it, with nothing set but what must be. */
  private static String substituted(String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(found -> found.group(2).equals("-") ? found.group(3) : "given");
  }
}
