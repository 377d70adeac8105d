package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The control plane and the metrics are as strict with their clients as the gateway: on what a
 * request is, and on the time that it may take.
 */
@Timeout(180)
class SlowClientsTest {
  private static final List<String> PORTS = List.of("ADP_HTTP_PORT", "ADP_METRICS_PORT");
  private static final String POST = "POST /sign-in HTTP/1.1\r\nHost: x\r\n";

  private static final Program PROGRAM =
      Program.prepared(
          "up", "ADP_CLIENT_HEADER_TIMEOUT_SECONDS", "2", "ADP_CLIENT_BODY_TIMEOUT_SECONDS", "2");

  /** What is sent, and what the answer begins with. */
  record Request(String port, String text, String answer) {
    @Override
    public String toString() {
      return port + " " + text.replace("\r\n", "|");
    }
  }

  @BeforeAll
  static void start() {
    PROGRAM.start();
  }

  @AfterAll
  static void stop() {
    PROGRAM.close();
  }

  static Stream<Request> requests() {
    String get = "GET / HTTP/1.1\r\n";
    return Stream.concat(
        Stream.of(
            new Request("ADP_HTTP_PORT", get + "Host: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400 "),
            new Request("ADP_HTTP_PORT", get + "\r\n", "HTTP/1.1 400 "),
            new Request("ADP_HTTP_PORT", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 "),
            new Request(
                "ADP_HTTP_PORT",
                get + "Host: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
                "HTTP/1.1 400 ")),
        onBoth());
  }

  private static Stream<Request> onBoth() {
    return PORTS.stream()
        .flatMap(
            port ->
                Stream.of(
                    new Request(port, "GET / HTTP/1.1\r\nHost: ", ""),
                    new Request(
                        port, "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 400 "),
                    new Request(
                        port,
                        POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "HTTP/1.1 400 "),
                    new Request(
                        port,
                        POST + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                        "HTTP/1.1 400 ")));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void anAmbiguousHeadIsRefusedAndASlowOneCutOff(Request request) throws Exception {
    assertThat(exchange(request.port(), request.text())).startsWith(request.answer());
  }

  static Stream<Request> bodies() {
    String form =
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nuser";
    return Stream.of(
        new Request("ADP_HTTP_PORT", POST + form, "HTTP/1.1 408 "),
        new Request(
            "ADP_HTTP_PORT", POST.replace("/sign-in", "/oauth/idp/token") + form, "HTTP/1.1 408 "),
        new Request(
            "ADP_HTTP_PORT",
            POST.replace("/sign-in", "/v1/secrets")
                + "Authorization: Bearer "
                + PROGRAM.token()
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
            "HTTP/1.1 408 "),
        new Request(
            "ADP_METRICS_PORT", POST.replace("/sign-in", "/metrics") + form, "HTTP/1.1 405 "));
  }

  /** Its answer, if there is none yet, and the end of its connection. */
  @ParameterizedTest
  @MethodSource("bodies")
  void aBodyThatDoesNotComeToItsEndIsGivenUp(Request request) throws Exception {
    assertThat(exchange(request.port(), request.text())).startsWith(request.answer());
    assertThat(PROGRAM.err()).doesNotContain("Unhandled exception", "already been written");
  }

  /** All that comes until the program closes the connection; it has seconds for it. */
  private static String exchange(String port, String text) throws IOException {
    try (var socket =
        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(PROGRAM.setting(port)))) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException _) {
      return ""; // Closed in the middle of what we sent.
    }
  }
}
