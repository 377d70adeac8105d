package dev.adp;

import static dev.adp.Manifests.at;
import static dev.adp.Manifests.each;
import static dev.adp.Manifests.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests hold to the schema of Kubernetes, and to what the program does. */
class KubernetesTest {
  private static final Path FOLDER = Path.of("kubernetes");
  private static final JsonObject KUSTOMIZATION =
      Manifests.read(FOLDER.resolve("kustomization.yaml")).getFirst();
  private static final List<JsonObject> OBJECTS =
      at(KUSTOMIZATION, "resources").getAsJsonArray().asList().stream()
          .flatMap(file -> Manifests.read(FOLDER.resolve(file.getAsString())).stream())
          .toList();

  private interface Schema {
    void check(JsonElement object) throws IOException;
  }

  /** Refuse what is unknown, miss what is required, name the path. */
  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "apps/v1 Deployment", V1Deployment::validateJsonElement,
          "apps/v1 StatefulSet", V1StatefulSet::validateJsonElement,
          "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement,
          "batch/v1 Job", V1Job::validateJsonElement,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy::validateJsonElement,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement,
          "v1 Service", V1Service::validateJsonElement,
          "v1 ServiceAccount", V1ServiceAccount::validateJsonElement);

  @Test
  void everyObjectHoldsToItsSchema() throws IOException {
    assertThat(OBJECTS).hasSize(11);
    for (JsonObject object : OBJECTS) {
      check(object);
    }
  }

  /** Else the test above would be none. */
  @Test
  void theSchemaRefusesWhatItDoesNotKnow() {
    JsonObject object = object("Deployment", "adp").deepCopy();
    at(object, "spec", "template", "spec")
        .getAsJsonObject()
        .addProperty("enableServiceLink", false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> check(object))
        .withMessageContaining("enableServiceLink");
  }

  private static void check(JsonObject object) throws IOException {
    String kind = text(object, "apiVersion") + " " + text(object, "kind");
    assertThat(SCHEMAS).containsKey(kind);
    requireNonNull(SCHEMAS.get(kind)).check(object);
  }

  @Test
  void everyFileIsPartOfTheBase() throws IOException {
    var listed = new TreeSet<>(List.of("kustomization.yaml", "settings.env"));
    at(KUSTOMIZATION, "resources").getAsJsonArray().forEach(file -> listed.add(file.getAsString()));
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString())).hasSameElementsAs(listed);
    }
  }

  @Test
  void theProgramTakesTheSettingsOfEachPod() throws IOException {
    assertThat(Config.of(environment("Deployment"), false).roles())
        .containsExactly(Config.Role.CONTROL);
    assertThat(Config.of(environment("StatefulSet"), false).roles())
        .containsExactly(Config.Role.GATEWAY);
    assertThat(Config.of(environment("Job"), false).databaseUrl()).isPresent();
  }

  @Test
  void podsAreShutInAndSeeNoServiceLinks() {
    for (String kind : List.of("Job", "Deployment", "StatefulSet")) {
      JsonObject pod = pod(kind);
      assertThat(at(pod, "enableServiceLinks").getAsBoolean()).as(kind).isFalse();
      assertThat(at(pod, "automountServiceAccountToken").getAsBoolean()).isFalse();
      assertThat(at(pod, "securityContext", "runAsNonRoot").getAsBoolean()).isTrue();
      assertThat(at(pod, "securityContext", "runAsUser").getAsInt()).isEqualTo(65532);
      assertThat(text(pod, "securityContext", "seccompProfile", "type"))
          .isEqualTo("RuntimeDefault");
      JsonObject security = at(container(kind), "securityContext").getAsJsonObject();
      assertThat(at(security, "readOnlyRootFilesystem").getAsBoolean()).isTrue();
      assertThat(at(security, "allowPrivilegeEscalation").getAsBoolean()).isFalse();
      assertThat(at(security, "capabilities", "drop").toString()).isEqualTo("[\"ALL\"]");
      assertThat(mounts(kind)).contains("/tmp");
    }
  }

  @Test
  void aPodIsGivenTheTimeThatItsEndMayTake() throws IOException {
    for (String kind : List.of("Deployment", "StatefulSet")) {
      Config config = Config.of(environment(kind), false);
      long needed =
          config.shutdownAnnounce().toSeconds() + config.gatewayLimits().shutdownMs() / 1_000 + 30;
      assertThat(at(pod(kind), "terminationGracePeriodSeconds").getAsLong())
          .isGreaterThanOrEqualTo(needed);
      JsonElement readiness = at(container(kind), "readinessProbe");
      assertThat(config.shutdownAnnounce().toSeconds())
          .as("who asks for readiness has asked in time")
          .isGreaterThan(
              at(readiness, "periodSeconds").getAsLong()
                  * at(readiness, "failureThreshold").getAsLong());
    }
  }

  @Test
  void probesAskWhereTheProgramAnswers() throws IOException {
    for (String kind : List.of("Deployment", "StatefulSet")) {
      Config config = Config.of(environment(kind), false);
      int port = kind.equals("Deployment") ? config.httpPort() : config.gatewayPort();
      Map<String, Integer> ports =
          each(container(kind), "ports")
              .collect(
                  Collectors.toMap(
                      each -> text(each, "name"), each -> at(each, "containerPort").getAsInt()));
      assertThat(ports).containsEntry("http", port).containsEntry("metrics", config.metricsPort());
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        JsonElement get = at(container(kind), probe, "httpGet");
        assertThat(text(get, "port")).isEqualTo("http");
        assertThat(text(get, "path"))
            .isEqualTo(probe.equals("livenessProbe") ? "/healthz/live" : "/healthz/ready");
      }
    }
    assertThat(Config.of(environment("Deployment"), false).metricsHost()).isEqualTo("0.0.0.0");
  }

  @Test
  void eachGatewayOwnsItsJournal() {
    JsonObject set = object("StatefulSet", "adp-gateway");
    assertThat(each(set, "spec", "volumeClaimTemplates").map(it -> text(it, "metadata", "name")))
        .containsExactly("journal");
    assertThat(mounts("StatefulSet")).contains("/var/lib/adp");
    assertThat(text(set, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"))
        .isEqualTo("Retain");
    assertThat(at(set, "spec").getAsJsonObject().has("replicas")).isFalse();
    assertThat(
            text(
                object("HorizontalPodAutoscaler", "adp-gateway"), "spec", "scaleTargetRef", "kind"))
        .isEqualTo("StatefulSet");
    assertThat(text(set, "spec", "serviceName"))
        .isEqualTo(text(object("Service", "adp-gateway-pods"), "metadata", "name"));
  }

  @Test
  void theJobIsNamedByTheVersionOfTheImage() {
    String version =
        each(KUSTOMIZATION, "images").map(it -> text(it, "newTag")).findFirst().orElseThrow();
    assertThat(OBJECTS.stream().map(each -> text(each, "metadata", "name")))
        .contains("adp-migrate-" + version.replace('.', '-'));
    assertThat(at(container("Job"), "args").toString()).isEqualTo("[\"migrate\"]");
  }

  private static JsonObject object(String kind, String name) {
    return OBJECTS.stream()
        .filter(each -> text(each, "kind").equals(kind))
        .filter(each -> text(each, "metadata", "name").startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject pod(String kind) {
    return at(object(kind, "adp"), "spec", "template", "spec").getAsJsonObject();
  }

  private static JsonObject container(String kind) {
    return each(pod(kind), "containers").findFirst().orElseThrow();
  }

  private static List<String> mounts(String kind) {
    return each(container(kind), "volumeMounts").map(it -> text(it, "mountPath")).toList();
  }

  /** A pod starts with a secret that has no key of before, and takes one that has. */
  @Test
  void aRotationOfTheMasterKeyNeedsNothingButTheSecret() throws IOException {
    for (String kind : List.of("Deployment", "StatefulSet")) {
      JsonObject previous =
          each(container(kind), "env")
              .filter(variable -> text(variable, "name").equals("ADP_MASTER_KEY_PREVIOUS"))
              .map(KubernetesTest::secretKey)
              .findFirst()
              .orElseThrow();
      assertThat(text(previous, "key")).isEqualTo("master-key-previous");
      assertThat(at(previous, "optional").getAsBoolean()).isTrue();
      assertThat(Config.of(environment(kind), false).masterKeyPrevious()).isEmpty();
    }
  }

  private static JsonObject secretKey(JsonObject variable) {
    return at(variable, "valueFrom", "secretKeyRef").getAsJsonObject();
  }

  /** As the container finds it; what the cluster's secret must hold stands for itself. */
  private static Map<String, String> environment(String kind) throws IOException {
    var environment = new HashMap<String, String>();
    if (container(kind).has("envFrom")) {
      try (Stream<String> lines = Files.lines(FOLDER.resolve("settings.env"))) {
        lines
            .map(line -> line.split("=", 2))
            .forEach(setting -> environment.put(setting[0], setting[1]));
      }
    }
    each(container(kind), "env")
        .filter(variable -> variable.has("value") || !secretKey(variable).has("optional"))
        .forEach(
            variable ->
                environment.put(
                    text(variable, "name"),
                    variable.has("value")
                        ? text(variable, "value")
                        : "postgresql://adp@%s/adp".formatted(text(secretKey(variable), "name"))));
    return environment;
  }
}
