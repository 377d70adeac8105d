package dev.adp.terraform.redpanda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.terraform.sdk.Refusal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProxyTest {
  private static final URI ENDPOINT = URI.create("https://adp.example.com/");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://adp.example.com/ | HTTPS_PROXY | http://proxy:3128 | proxy:3128",
        "https://adp.example.com/ | https_proxy | proxy:3128 | proxy:3128",
        "http://adp.example.com/ | HTTP_PROXY | http://10.0.0.1/ | 10.0.0.1:80",
        "http://adp.example.com/ | HTTPS_PROXY | http://proxy:3128 | ''",
        "https://adp.example.com/ | HTTP_PROXY | http://proxy:3128 | ''",
        "http://localhost:8080/ | HTTP_PROXY | http://proxy:3128 | ''",
        "http://127.0.0.1:8080/ | HTTP_PROXY | http://proxy:3128 | ''",
        "https://[::1]/ | HTTPS_PROXY | http://proxy:3128 | ''"
      })
  void theSchemeDecidesAndThisMachineIsCalledDirectly(
      String endpoint, String variable, String value, String proxy) {
    assertThat(
            HttpProxy.of(URI.create(endpoint), Map.of(variable, value))
                .map(HttpProxy::toString)
                .orElse(""))
        .isEqualTo(proxy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adp.example.com | * | true",
        "adp.example.com | example.com | true",
        "adp.example.com | ' other.com , EXAMPLE.com' | true",
        "adp.example.com | adp.example.com:443 | true",
        "adp.example.com | adp.example.com:8443 | false",
        "adp.example.com | .example.com | true",
        "adp.example.com | *.example.com | true",
        "example.com | .example.com | false",
        "myexample.com | example.com | false",
        "adp.example.com | 10.0.0.0/8 | false",
        "10.1.2.3 | 10.0.0.0/8 | true",
        "10.1.2.3 | 10.1.2.3 | true",
        "10.1.2.3 | 10.1.2.4/31 | false",
        "11.1.2.3 | 10.0.0.0/8 | false",
        "11.1.2.3 | 10.0.0.0/99 | false",
        "[fd00::1] | fd00::/8 | true",
        "[fd00::1] | [fd00::1]:443 | true",
        "[fd00::1] | 10.0.0.0/8 | false"
      })
  void exceptionsAreThoseOfTerraform(String host, String exceptions, boolean direct) {
    assertThat(
            HttpProxy.of(
                URI.create("https://" + host + "/"),
                Map.of("HTTPS_PROXY", "http://proxy:3128", "NO_PROXY", exceptions)))
        .matches(proxy -> proxy.isEmpty() == direct);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://u:pass@proxy",
        "https://u:pass@proxy",
        "http://u:pa ss@proxy",
        "http://"
      })
  void whatCannotBeUsedIsRefusedWithoutItsPassword(String value) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> HttpProxy.of(ENDPOINT, Map.of("HTTPS_PROXY", value)))
        .withMessage("Invalid HTTPS_PROXY")
        .satisfies(
            refusal ->
                assertThat(refusal.diagnostics().getFirst().detail())
                    .doesNotContain("pass@", "pa ss"));
  }

  @ParameterizedTest
  @CsvSource({
    "https, CONNECT adp.example.com:443 HTTP/1.1",
    "http, GET http://adp.example.com/v1/x HTTP/1.1"
  })
  void requestsGoThroughItWithItsPassword(String scheme, String line) throws IOException {
    try (var proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> head = CompletableFuture.supplyAsync(() -> refuse(proxy));
      String url = "http://me:p%40ss@127.0.0.1:" + proxy.getLocalPort();
      URI endpoint = URI.create(scheme + "://adp.example.com/");
      var logged = new ByteArrayOutputStream();
      Client client =
          ScriptedControlPlane.client(
              new Connection(
                  endpoint,
                  new Connection.Credential.Token("t"),
                  Optional.empty(),
                  Duration.ofSeconds(10),
                  HttpProxy.of(endpoint, Map.of("HTTP_PROXY", url, "HTTPS_PROXY", url))),
              logged);
      assertThatExceptionOfType(Refusal.class)
          .isThrownBy(() -> client.get("/v1/x", Subject.of("it", "")))
          .withMessage("The proxy lets nobody in without a password");
      String password =
          Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.UTF_8));
      assertThat(head.join())
          .startsWith(line)
          .containsIgnoringCase("proxy-authorization: Basic " + password);
      assertThat(logged.toString(StandardCharsets.UTF_8)).doesNotContain(password);
    }
  }

  /** Reads the head of one request and does not let it pass. */
  private static String refuse(ServerSocket proxy) {
    var head = new StringBuilder();
    try (Socket socket = proxy.accept();
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.append(line).append('\n');
      }
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return head.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void itsPasswordIsNotShown() {
    assertThat(HttpProxy.of(ENDPOINT, Map.of("HTTPS_PROXY", "http://me:pass@proxy:3128")))
        .hasValueSatisfying(proxy -> assertThat(proxy).hasToString("proxy:3128"));
  }
}
