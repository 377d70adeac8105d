package dev.adp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.Ports.Port;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPortThatIsTakenIsSaidInOneSentence(boolean nativeTransport) throws IOException {
    Vertx vertx = vertx(nativeTransport);
    try (var taken = taken()) {
      int port = taken.getLocalPort();
      Exception failure = listen(vertx, port);
      assertThat(Ports.startFailure(failure, port(port, "ADP_HTTP_PORT")))
          .isInstanceOf(StartFailure.class)
          .hasMessage(
              "port %d is in use: stop what listens there, or set ADP_HTTP_PORT to another port.",
              port);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void portsThatAreTakenAreSaidTogether() throws IOException {
    try (var one = taken();
        var two = taken();
        var three = taken()) {
      var ports =
          new Ports(
              List.of(
                  port(one.getLocalPort(), "ADP_HTTP_PORT"),
                  port(two.getLocalPort(), "ADP_GATEWAY_PORT"),
                  port(0, "ADP_METRICS_PORT"),
                  port(three.getLocalPort(), "ADP_ECHO_PORT")));
      assertThatExceptionOfType(StartFailure.class)
          .isThrownBy(ports::requireFree)
          .withMessage(
              "ports %d, %d and %d are in use: stop what listens there, or set ADP_HTTP_PORT,"
                  + " ADP_GATEWAY_PORT and ADP_ECHO_PORT to other ports.",
              one.getLocalPort(), two.getLocalPort(), three.getLocalPort());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLookLeavesAPortFree(boolean nativeTransport) throws IOException {
    int free;
    try (var socket = taken()) {
      free = socket.getLocalPort();
    }
    Vertx vertx = vertx(nativeTransport);
    try {
      new Ports(List.of(port(free, "ADP_HTTP_PORT"))).requireFree();
      var server = vertx.createHttpServer().requestHandler(_ -> {});
      assertThat(server.listen(free, "127.0.0.1").await().actualPort()).isEqualTo(free);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void eachPortOfAProcessIsLookedAt() {
    assertThat(Ports.of(Config.of(Map.of(), true), true).all())
        .extracting(Port::setting)
        .containsExactly("ADP_HTTP_PORT", "ADP_GATEWAY_PORT", "ADP_METRICS_PORT", "ADP_ECHO_PORT");
    Config gateway =
        Config.of(
            Map.of("ADP_ROLES", "gateway", "ADP_DATABASE_URL", "postgresql://u@db/adp"), false);
    assertThat(Ports.of(gateway, false).all())
        .extracting(Port::setting)
        .containsExactly("ADP_GATEWAY_PORT", "ADP_METRICS_PORT");
  }

  @Test
  void noTwoOfAProcessAreTheSame() {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(
            () -> of(Map.of("ADP_GATEWAY_PORT", "8080", "ADP_METRICS_PORT", "8080")).requireFree())
        .withMessage(
            "ADP_HTTP_PORT and ADP_GATEWAY_PORT are both 8080: set one of them to another port."
                + " ADP_HTTP_PORT and ADP_METRICS_PORT are both 8080: set one of them to another"
                + " port."
                + " ADP_GATEWAY_PORT and ADP_METRICS_PORT are both 8080: set one of them to another"
                + " port.");
    assertThat(of(Map.of("ADP_HTTP_PORT", "0", "ADP_GATEWAY_PORT", "0")).clashes()).isEmpty();
    Map<String, String> gatewayAlone =
        Map.of(
            "ADP_ROLES",
            "gateway",
            "ADP_DATABASE_URL",
            "postgresql://u@db/adp",
            "ADP_GATEWAY_PORT",
            "8080");
    assertThat(of(gatewayAlone).clashes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 127.0.0.1, 1",
    "127.0.0.1, 0.0.0.0, 1",
    "::, 127.0.0.1, 1",
    "127.0.0.1, 127.0.0.1, 1",
    "127.0.0.1, 127.0.0.2, 0"
  })
  void whoListensEverywhereListensOnEachAddress(String host, String metricsHost, int clashes) {
    var ports =
        new Ports(
            List.of(
                new Port(host, 8091, "ADP_GATEWAY_PORT"),
                new Port(metricsHost, 8091, "ADP_METRICS_PORT")));
    assertThat(ports.clashes()).hasSize(clashes);
  }

  @Test
  void anAddressOfAnotherMachineIsNoPortInUse() {
    var ports = new Ports(List.of(new Port("192.0.2.1", 8080, "ADP_HTTP_PORT")));
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(ports::requireFree)
        .withMessageStartingWith("port 8080 cannot be listened on at 192.0.2.1 (")
        .withMessageEndingWith("): set ADP_HTTP_PORT to another port, or change the host.");
  }

  private static Ports of(Map<String, String> environment) {
    return Ports.of(Config.of(environment, false), false);
  }

  @Test
  void anythingElseStaysWhatItIs() {
    var other = new IllegalStateException("something else");
    assertThat(Ports.startFailure(other, port(1, "ADP_HTTP_PORT"))).isSameAs(other);
  }

  private static Vertx vertx(boolean nativeTransport) {
    return Vertx.builder()
        .with(new VertxOptions().setPreferNativeTransport(nativeTransport))
        .build();
  }

  private static Port port(int number, String setting) {
    return new Port("127.0.0.1", number, setting);
  }

  private static ServerSocket taken() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private static Exception listen(Vertx vertx, int port) {
    try {
      var server =
          vertx.createHttpServer().requestHandler(_ -> {}).listen(port, "127.0.0.1").await();
      throw new AssertionError("listens on " + server.actualPort());
    } catch (Exception e) {
      return e;
    }
  }
}
