package dev.adp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose word on the client is believed; every request here comes from 127.0.0.1. */
class TrustedProxiesTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aStrangersHeadersAreNothing() throws Exception {
    for (TrustedProxies proxies :
        List.of(TrustedProxies.NONE, TrustedProxies.of(List.of("10.0.0.0/8")))) {
      assertThat(seen(proxies, "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https"))
          .isEqualTo("127.0.0.1 false");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.9             | 203.0.113.9",
        "203.0.113.9, 10.1.1.1   | 203.0.113.9",
        "198.51.100.1, 203.0.113.9 | 203.0.113.9",
        "10.1.1.1                | 10.1.1.1",
        "made-up                 | 127.0.0.1",
        "203.0.113.9, made-up    | 127.0.0.1",
        "2001:db8::1             | 2001:db8::1",
      })
  void theLastAddressThatIsNotOursIsTheClient(String forwarded, String client) throws Exception {
    TrustedProxies proxies = TrustedProxies.of(List.of("127.0.0.1", "10.0.0.0/8"));
    assertThat(seen(proxies, "X-Forwarded-For: " + forwarded)).isEqualTo(client + " false");
  }

  @Test
  void aProxyOfOursSaysWhetherTheClientSpeaksTls() throws Exception {
    TrustedProxies proxies = TrustedProxies.of(List.of("127.0.0.0/8"));
    assertThat(seen(proxies, "X-Forwarded-Proto: https")).isEqualTo("127.0.0.1 true");
    assertThat(seen(proxies, "X-Forwarded-Proto: http")).isEqualTo("127.0.0.1 false");
  }

  @Test
  void aNameIsNoNetwork() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrustedProxies.of(List.of("proxy.example.com")));
  }

  private String seen(TrustedProxies proxies, String headers) throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .response()
                        .end(proxies.address(request) + " " + proxies.isHttps(request)))
            .listen(0, "127.0.0.1")
            .await();
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n\r\n"
                  .formatted(headers)
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }
}
