package dev.adp.e2e;

import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Both planes over TLS, with a certificate that is replaced while they run; and behind a proxy. */
@ExtendWith(TerraformPlugin.Resolver.class)
class TlsTest {
  /** Whatever answers, and be it what is no HTTP that is answered. */
  private static final String[] EVERYWHERE = {
    "/healthz/live",
    "/oauth/idp/jwks",
    "/openapi.yaml",
    "/v1/llm-providers",
    "/assets/none.css",
    "/llm/v1/providers/none/v1/models",
    "/no such thing",
    "/?" + "x".repeat(70_000),
  };

  @Test
  void bothPlanesSpeakTlsWithTheCertificateThatIsInTheFiles(
      @TempDir Path folder, TerraformPlugin plugin) throws Exception {
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    Certificate.write("first", certificate, key);
    try (var program =
        Program.prepared(
            "up", "ADP_TLS_CERT", certificate.toString(), "ADP_TLS_KEY", key.toString())) {
      program.start();
      String printed = "https://localhost:" + program.setting("ADP_HTTP_PORT");
      eventually(
          () -> assertThat(program.out()).contains(printed)); // It follows the line that says so.
      String signIn = get(program.setting("ADP_HTTP_PORT"), "/sign-in");
      assertThat(signIn)
          .contains("200 OK")
          .containsIgnoringCase("strict-transport-security: max-age=31536000")
          .containsIgnoringCase("set-cookie: __Host-adp-start=");
      assertThat(get(program.setting("ADP_GATEWAY_PORT"), "/healthz/ready")).contains("200 OK");
      for (String port : new String[] {"ADP_HTTP_PORT", "ADP_GATEWAY_PORT"}) {
        for (String path : EVERYWHERE) {
          assertThat(get(program.setting(port), path))
              .as(port + path)
              .containsOnlyOnce("strict-transport-security: max-age=31536000");
        }
      }
      assertThat(subject(program.setting("ADP_GATEWAY_PORT"))).isEqualTo("CN=first");
      assertThat(protocol(program.setting("ADP_HTTP_PORT"))).isEmpty();
      assertThat(protocol(program.setting("ADP_GATEWAY_PORT"))).isEqualTo("h2");

      Certificate.write("second", certificate, key);
      for (String port : new String[] {"ADP_HTTP_PORT", "ADP_GATEWAY_PORT"}) {
        eventually(() -> assertThat(subject(program.setting(port))).isEqualTo("CN=second"));
      }
      assertThat(protocol(program.setting("ADP_GATEWAY_PORT"))).isEqualTo("h2");
      assertTerraformTrustsOnlyWhatItIsTold(program, plugin, certificate);
    }
  }

  private static void assertTerraformTrustsOnlyWhatItIsTold(
      Program program, TerraformPlugin plugin, Path certificate) {
    try (var terraform = Terraform.reattached(plugin, program)) {
      terraform
          .with("TF_VAR_endpoint", "https://localhost:" + program.setting("ADP_HTTP_PORT"))
          .config("data \"redpanda_llm_providers\" \"all\" {}\n")
          .run("plan", "-input=false")
          .failsWith("its TLS certificate is not trusted", "configure ca_certificate");
      terraform.write(
          "provider.tf",
          Terraform.REQUIRED
              + """
              variable "endpoint" {}
              variable "client_id" {}
              variable "client_secret" {}
              provider "redpanda" {
                endpoint       = var.endpoint
                client_id      = var.client_id
                client_secret  = var.client_secret
                ca_certificate = file("%s")
              }
              """
                  .formatted(certificate));
      terraform.run("plan", "-input=false").succeeds();
    }
  }

  @Test
  void aTrustedProxySaysThatTheClientSpeaksTls() {
    try (var program = Program.prepared("up", "ADP_TRUSTED_PROXIES", "127.0.0.1,::1").start()) {
      HttpResponse<String> far = signIn(program, "http");
      assertThat(far.statusCode()).isEqualTo(403);
      assertThat(far.body())
          .contains("ADP_TLS_CERT", "ADP_TRUSTED_PROXIES")
          .doesNotContain("<form");
      HttpResponse<String> near = signIn(program, "https");
      assertThat(near.statusCode()).isEqualTo(200);
      assertThat(near.headers().firstValue("set-cookie").orElseThrow())
          .startsWith("__Host-adp-start=")
          .contains("Secure");
    }
  }

  private static HttpResponse<String> signIn(Program program, String scheme) {
    return Rest.send(
        HttpRequest.newBuilder(program.portal().resolve("/sign-in"))
            .header("x-forwarded-for", "203.0.113.9")
            .header("x-forwarded-proto", scheme)
            .build());
  }

  private static String get(String port, String path) throws Exception {
    try (SSLSocket socket = connected(port)) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(path)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String subject(String port) throws Exception {
    try (SSLSocket socket = connected(port)) {
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }

  /** What is spoken with a client that speaks both; where it is HTTP/2, a request is answered. */
  private static String protocol(String port) throws Exception {
    try (SSLSocket socket = connected(port, "h2", "http/1.1")) {
      String protocol = socket.getApplicationProtocol();
      if (protocol.equals("h2")) {
        socket
            .getOutputStream()
            .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String settings = "000000" + "04" + "00" + "00000000";
        String get = "00000e" + "01" + "05" + "00000001" + "828784" + "01096c6f63616c686f7374";
        socket.getOutputStream().write(HexFormat.of().parseHex(settings + get));
        assertThat(answers(new DataInputStream(socket.getInputStream()))).isTrue();
      }
      return protocol;
    }
  }

  /** Whether there is an answer among the next frames. */
  private static boolean answers(DataInputStream in) throws IOException {
    for (int type = -1; type != 1; ) {
      int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
      type = in.readUnsignedByte();
      in.skipNBytes(5 + length);
      if (type == 7) {
        return false;
      }
    }
    return true;
  }

  private static SSLSocket connected(String port, String... protocols) throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
    var socket =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Tests look at the certificate themselves. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
