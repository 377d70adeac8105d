package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that cannot succeed say why and leave nothing behind; stops lose nothing. */
class StartTest {
  private static final String MARKER = "sk-marker-that-no-log-may-hold";

  private final List<Program> programs = new ArrayList<>();

  @AfterEach
  void close() {
    programs.forEach(Program::close);
  }

  private Program program(Program prepared) {
    programs.add(prepared);
    return prepared;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADP_HTTP_PORT", "ADP_GATEWAY_PORT", "ADP_ECHO_PORT"})
  void aPortInUseIsNamed(String setting) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Program program = program(Program.prepared("demo", setting, port));

      assertThat(program.fail()).isEqualTo(1);
      assertThat(program.err())
          .isEqualTo(
              "adp: port %s is in use: stop what listens there, or set %s to another port."
                  .formatted(port, setting));
      assertNothingIsLeft(program);
    }
  }

  /** Whoever starts beside another program need not start once for each port. */
  @Test
  void portsInUseAreNamedTogetherBeforeThereIsADatabase() throws IOException {
    try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Program program =
          program(
              Program.prepared(
                  "demo",
                  "ADP_HTTP_PORT",
                  String.valueOf(first.getLocalPort()),
                  "ADP_ECHO_PORT",
                  String.valueOf(second.getLocalPort())));

      assertThat(program.fail()).isEqualTo(1);
      assertThat(program.err())
          .isEqualTo(
              "adp: ports %d and %d are in use: stop what listens there, or set ADP_HTTP_PORT and ADP_ECHO_PORT to other ports."
                  .formatted(first.getLocalPort(), second.getLocalPort()));
      assertThat(program.data().resolve("postgres")).doesNotExist();
    }
  }

  @Test
  void wrongSettingsAreNamedTogether() {
    Program program =
        program(
            Program.prepared(
                "up",
                "ADP_HTTP_PORT",
                "eighty",
                "ADP_PUBLIC_URL",
                "example.com",
                "ADP_DATABASE_URL",
                "mysql://adp:hidden@localhost/adp",
                "ADP_TYPO",
                "1"));

    assertThat(program.fail()).isEqualTo(1);
    assertThat(program.err().lines()).hasSize(1);
    assertThat(program.err())
        .startsWith("adp: wrong settings: ")
        .contains(
            "ADP_TYPO is not a setting",
            "ADP_HTTP_PORT must be a port from 0 to 65535, not \"eighty\"",
            "ADP_PUBLIC_URL must be an http or https URL",
            "ADP_DATABASE_URL must be postgresql://")
        .doesNotContain("hidden");
    assertNothingIsLeft(program);
  }

  /**
   * What a cluster puts into every container of a namespace with a service that is called "adp".
   */
  @Test
  void serviceLinksOfAClusterAreNamedWithWhatToDo() {
    Program program =
        program(
            Program.prepared(
                "up",
                "ADP_PORT",
                "tcp://10.0.0.1:8080",
                "ADP_SERVICE_HOST",
                "10.0.0.1",
                "ADP_GATEWAY_PORT",
                "tcp://10.0.0.1:8090"));

    assertThat(program.fail()).isEqualTo(1);
    assertThat(program.err().lines()).hasSize(1);
    assertThat(program.err())
        .contains(
            "ADP_PORT is a Kubernetes service link, not a setting",
            "ADP_SERVICE_HOST is a Kubernetes service link, not a setting",
            "ADP_GATEWAY_PORT is a Kubernetes service link, not a setting",
            "set enableServiceLinks: false on the pod");
    assertNothingIsLeft(program);
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNamed() throws IOException {
    int port;
    try (var nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = nobody.getLocalPort();
    }
    Program program =
        program(
            Program.prepared(
                "up",
                "ADP_DATABASE_URL",
                "postgresql://adp:hidden@127.0.0.1:%d/adp".formatted(port)));

    assertThat(program.fail()).isEqualTo(1);
    assertThat(program.err().lines()).hasSize(1);
    assertThat(program.err())
        .startsWith("adp: the database at 127.0.0.1:%d/adp cannot be used".formatted(port))
        .contains("ADP_DATABASE_URL")
        .doesNotContain("hidden");
  }

  @Test
  void aStopKeepsEverythingAndAnotherMasterKeyIsRefused() throws IOException {
    Program program = program(Program.prepared("demo")).start();
    World.putSecret(program.rest(), "MARKER_KEY", MARKER);
    program.rest().createOpenAi("kept", program.echoUrl(), "DEMO_API_KEY");
    assertThat(new Calls(program, "kept").one(true)).isEqualTo(Calls.Outcome.COMPLETE);
    JsonObject before = program.rest().get("/v1/llm-providers/kept");
    assertThat(Files.getPosixFilePermissions(program.data().resolve("credentials.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    assertStops(program);
    assertNoSecret(program.err(), program);

    Program stranger =
        program(
            Program.prepared(
                "up",
                program.data(),
                "ADP_MASTER_KEY",
                Base64.getEncoder().encodeToString(new byte[32])));
    assertThat(stranger.fail()).isEqualTo(1);
    assertThat(stranger.err().lines()).hasSize(1);
    assertThat(stranger.err()).startsWith("adp: the master key ").contains("ADP_MASTER_KEY");
    assertNothingIsLeft(stranger);

    program.start();
    assertThat(program.rest().get("/v1/llm-providers/kept")).isEqualTo(before);
    assertThat(program.rest().spending("kept").requests()).isEqualTo(1);
    assertThat(new Calls(program, "kept").one(false)).isEqualTo(Calls.Outcome.COMPLETE);
    eventually(() -> assertThat(program.rest().spending("kept").requests()).isEqualTo(2));
    assertStops(program);
    assertNoSecret(program.out() + program.err(), program);
  }

  @Test
  void betweenTwoStartsPortsAndPasswordsMayChange() {
    Program before = program(Program.prepared("up")).start();
    JsonObject first = before.credentials();
    before.stop();
    Program command = Program.prepared("up", before.data());
    assertThat(command.run("admin", "reset-password", "admin")).as(() -> command.err()).isZero();
    String password = AdminCommandTest.password(command);
    assertNothingIsLeft(before);

    Program moved = program(Program.prepared("up", before.data())).start();
    assertThat(moved.portal()).isNotEqualTo(before.portal());
    assertThat(new PortalSession(moved.portal(), "admin", password).status("/users"))
        .isEqualTo(200);
    assertThat(command.run("token")).as(() -> command.err()).isZero();
    assertThat(new Rest(moved.portal(), command.out().strip()).get("/v1/users/admin")).isNotNull();
    assertThat(moved.credentials())
        .isEqualTo(
            first
                .put("portal_url", moved.portal().toString())
                .put("gateway_url", moved.gateway().toString())
                .put("token_url", moved.portal() + "/oauth/idp/token"));
    moved.stop(); // Before the other one, whose data directory this is, too, takes it away.
  }

  @Test
  void aDataDirectoryHasOneProcess() {
    Program first = program(Program.prepared("up")).start();
    Program second = program(Program.prepared("up", first.data()));

    assertThat(second.fail()).isEqualTo(1);
    assertThat(second.err())
        .isEqualTo(
            "adp: another process uses the data directory %s: stop it, or set ADP_DATA_DIR to another one."
                .formatted(first.data()));
    assertThat(new Rest(first.portal(), "").call("GET", "/healthz/ready", "").statusCode())
        .isEqualTo(200);
    assertThat(first.databaseProcesses()).isNotEmpty();
  }

  private static void assertStops(Program program) {
    assertThat(program.databaseProcesses()).isNotEmpty();
    assertThat(program.stop()).isEqualTo(128 + 15); // Ended by SIGTERM, as the JVM reports it.
    assertNothingIsLeft(program);
  }

  private static void assertNothingIsLeft(Program program) {
    assertThat(program.databaseProcesses()).isEmpty();
  }

  private static void assertNoSecret(String text, Program program) {
    JsonObject credentials = program.credentials();
    assertThat(text)
        .doesNotContain(MARKER)
        .doesNotContain(Base64.getEncoder().encodeToString(MARKER.getBytes(UTF_8)))
        .doesNotContain(credentials.getString("password"))
        .doesNotContain(credentials.getString("client_secret"))
        .doesNotContain(program.token());
  }
}
