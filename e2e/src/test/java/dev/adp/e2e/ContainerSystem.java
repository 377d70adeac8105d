package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The image beside a PostgreSQL, each in a container, with the demo's content. As in production the
 * program's root file system is read-only and what it keeps lies on a volume.
 */
final class ContainerSystem implements RunningSystem {
  private static final String DATA = "/var/lib/adp";
  private static final int HTTP = 8080;
  private static final int GATEWAY = 8090;
  private static final int ECHO = 8092;
  private static final int STOP_S_MAX = 60;
  private static final Duration READY_MAX = Duration.ofMinutes(2);

  private final PostgreSQLContainer postgres;
  private final GenericContainer<?> adp;
  private final int httpPort;
  private final int gatewayPort;
  private @Nullable String token;

  /**
   * Starts PostgreSQL; the program waits for {@link #start}.
   *
   * @param image name of the program's image, which is there
   */
  @SuppressWarnings("resource") // Closed with this.
  ContainerSystem(String image, String postgresImage) {
    postgres =
        new PostgreSQLContainer(
            DockerImageName.parse(postgresImage).asCompatibleSubstituteFor("postgres"));
    postgres.start();
    Map<String, String> ports = Program.freePorts("http", "gateway");
    httpPort = Integer.parseInt(ports.get("http"));
    gatewayPort = Integer.parseInt(ports.get("gateway"));
    adp =
        new GenericContainer<>(DockerImageName.parse(image))
            .withCommand("demo")
            .withEnv("ADP_HOST", "0.0.0.0")
            .withEnv("ADP_DATABASE_URL", databaseUrl())
            .withExposedPorts(HTTP, GATEWAY)
            .withTmpFs(Map.of("/tmp", "rw,exec"))
            .withCreateContainerCmdModifier(
                command ->
                    Objects.requireNonNull(command.getHostConfig())
                        .withReadonlyRootfs(true)
                        .withMounts(
                            List.of(new Mount().withType(MountType.VOLUME).withTarget(DATA))))
            .waitingFor(Wait.forLogMessage("ADP is ready\\n", 1).withStartupTimeout(READY_MAX));
    // The same ports after a restart.
    adp.setPortBindings(List.of(httpPort + ":" + HTTP, gatewayPort + ":" + GATEWAY));
  }

  /** Containers find each other by address: names need a resolver, which not every engine has. */
  private String databaseUrl() {
    String address =
        postgres.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
            .map(network -> Objects.requireNonNull(network.getIpAddress()))
            .findFirst()
            .orElseThrow();
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(
            postgres.getUsername(),
            postgres.getPassword(),
            address,
            PostgreSQLContainer.POSTGRESQL_PORT,
            postgres.getDatabaseName());
  }

  @Override
  public ContainerSystem start() {
    if (adp.getContainerId() == null) {
      adp.start();
    } else {
      docker().startContainerCmd(adp.getContainerId()).exec();
      Eventually.eventually(() -> assertThat(isReady()).isTrue());
    }
    return this;
  }

  private boolean isReady() {
    var request = HttpRequest.newBuilder(portal().resolve("/healthz/ready")).build();
    try {
      return Rest.send(request).statusCode() == 200;
    } catch (UncheckedIOException _) {
      return false; // Nobody listens yet.
    }
  }

  @Override
  public int stop() {
    docker().stopContainerCmd(adp.getContainerId()).withTimeout(STOP_S_MAX).exec();
    return Objects.requireNonNull(
            docker().inspectContainerCmd(adp.getContainerId()).exec().getState().getExitCodeLong())
        .intValue();
  }

  private DockerClient docker() {
    return adp.getDockerClient();
  }

  @Override
  public URI portal() {
    return URI.create("http://%s:%d".formatted(adp.getHost(), httpPort));
  }

  @Override
  public URI gateway() {
    return URI.create("http://%s:%d".formatted(adp.getHost(), gatewayPort));
  }

  @Override
  public String echoUrl() {
    return "http://127.0.0.1:%d/v1".formatted(ECHO);
  }

  @Override
  public String token() {
    if (token == null) {
      String json =
          adp.copyFileFromContainer(
              DATA + "/credentials.json",
              file -> new String(file.readAllBytes(), StandardCharsets.UTF_8));
      var credentials = new JsonObject(json);
      token =
          Rest.token(
              portal(), credentials.getString("client_id"), credentials.getString("client_secret"));
    }
    return token;
  }

  @Override
  public void close() {
    adp.stop();
    postgres.stop();
  }
}
