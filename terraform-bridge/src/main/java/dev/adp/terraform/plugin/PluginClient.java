package dev.adp.terraform.plugin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Speaks to a plugin as Terraform does, by the JDK's client: what rehearsals do. */
public final class PluginClient implements AutoCloseable {
  private static final int ADDRESS = 3;
  private static final int CERTIFICATE = 5;
  private static final int PREFIX_BYTES = 5;

  private final HttpClient http;
  private final String address;

  private PluginClient(HttpClient http, String address) {
    this.http = http;
    this.address = address;
  }

  /** An identity that a plugin can be told to let in. */
  public static final class Identity {
    private final SelfSignedCertificate certificate;

    /** Makes a new one. */
    public Identity() {
      certificate =
          SelfSignedCertificate.create(
              SelfSignedCertificate.Kind.P521, Clock.systemUTC().instant());
    }

    SelfSignedCertificate certificate() {
      return certificate;
    }

    /** What the plugin is told. */
    public String pem() {
      try {
        return "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate.certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n";
      } catch (CertificateException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Connects to where a handshake says. */
  public static PluginClient connect(String handshake, Identity identity) {
    String[] fields = handshake.strip().split("\\|", -1);
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(
          new KeyManager[] {MutualTls.key(identity.certificate)},
          new TrustManager[] {
            new OnePeer(certificate(fields[CERTIFICATE]), "not the plugin of the handshake")
          },
          null);
      return new PluginClient(
          HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_2).build(),
          "https://" + fields[ADDRESS]);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the handshake has no certificate", e);
    }
  }

  private static X509Certificate certificate(String base64) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  /**
   * Makes a call and waits for its answer.
   *
   * @throws IllegalStateException when there is none
   */
  public byte[] call(String service, String method, byte[] request)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(request(service, method, request), HttpResponse.BodyHandlers.ofByteArray());
    byte[] body = response.body();
    if (body.length < PREFIX_BYTES) {
      throw new IllegalStateException(
          "no answer to " + method + ": " + response.headers().firstValue("grpc-message"));
    }
    return Arrays.copyOfRange(body, PREFIX_BYTES, body.length);
  }

  /** Begins a call that stays open, with nothing to say on it; it ends with the connection. */
  public CompletableFuture<HttpResponse<InputStream>> open(String service, String method) {
    return http.sendAsync(
        request(service, method, new byte[0]), HttpResponse.BodyHandlers.ofInputStream());
  }

  private HttpRequest request(String service, String method, byte[] message) {
    byte[] framed =
        ByteBuffer.allocate(PREFIX_BYTES + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    return HttpRequest.newBuilder(URI.create(address + "/" + service + "/" + method))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .POST(HttpRequest.BodyPublishers.ofByteArray(framed))
        .build();
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
