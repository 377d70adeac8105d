package dev.adp.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An upstream must prove its name: else it sees neither a key nor a call. The key stores were made
 * with {@code keytool}; the certificates of {@code own.p12} are of the one authority that is
 * trusted here.
 */
@Timeout(60)
class GatewayTlsUpstreamTest {
  private static final String PASSWORD = "only-for-a-test";
  private static final String BODY = "{\"model\":\"gpt-4o\"}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @BeforeAll
  static void trustOneAuthority() throws Exception {
    System.setProperty("javax.net.ssl.trustStore", keys("trusted.p12"));
    System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
  }

  @AfterAll
  static void trustAsBefore() {
    System.clearProperty("javax.net.ssl.trustStore");
    System.clearProperty("javax.net.ssl.trustStorePassword");
  }

  @Test
  void anUpstreamWithAGoodCertificateIsSpokenTo() throws Exception {
    try (var rig = new GatewayRig(store)) {
      assertThat(call(rig, "own.p12", "good").statusCode()).isEqualTo(200);
      assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
    }
  }

  @ParameterizedTest
  @CsvSource({"own.p12, expired", "own.p12, other", "strange.p12, good"})
  void anUpstreamWithABadCertificateIsNotSpokenTo(String file, String name) throws Exception {
    try (var rig = new GatewayRig(store)) {
      HttpResponse<String> answer = call(rig, file, name);
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(answer.body()).contains("upstream_unreachable").doesNotContain("PKIX");
      UsageRecord record = rig.ledger().next();
      assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
      assertThat(record.usageState()).as("nothing was sent").isEqualTo(UsageState.REPORTED);
    }
  }

  /** Servers of many names choose their certificate by it; what is connected to is an address. */
  @Test
  void theFirstBytesNameTheUpstream() throws Exception {
    try (var rig = new GatewayRig(store, GatewayBypassTest.HERE);
        var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      rig.leadTo("https://models.example.com:%d/v1".formatted(server.getLocalPort()));
      var answer = rig.client().sendAsync(rig.chat(BODY), BodyHandlers.ofString());
      try (Socket socket = server.accept()) {
        assertThat(firstRecord(socket.getInputStream())).contains("models.example.com");
      }
      assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(502);
    }
  }

  private static String firstRecord(InputStream in) throws IOException {
    byte[] head = in.readNBytes(5); // Its kind, its version and the length of what follows.
    int length = ((head[3] & 0xff) << 8) | (head[4] & 0xff);
    return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  private static HttpResponse<String> call(GatewayRig rig, String file, String name)
      throws Exception {
    var pair = new PfxOptions().setPath(keys(file)).setPassword(PASSWORD).setAlias(name);
    HttpServer upstream =
        store
            .vertx()
            .createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(pair))
            .requestHandler(request -> request.response().end("{}"))
            .listen(0, "127.0.0.1")
            .await();
    rig.leadTo("https://localhost:%d/v1".formatted(upstream.actualPort()));
    HttpResponse<String> answer = rig.send(rig.chat(BODY));
    upstream.close().await();
    return answer;
  }

  private static String keys(String file) throws Exception {
    return Path.of(requireNonNull(GatewayTlsUpstreamTest.class.getResource("/tls/" + file)).toURI())
        .toString();
  }
}
