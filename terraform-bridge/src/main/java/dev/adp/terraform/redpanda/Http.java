package dev.adp.terraform.redpanda;

import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Sends requests, and again where that cannot do harm. */
final class Http {
  private static final int TRIES_MAX = 5;
  private static final long FIRST_PAUSE_MS = 200;
  private static final long PAUSE_MS_MAX = 10_000;
  private static final int TOO_MANY_REQUESTS = 429;

  /** Statuses that a later try may not meet. */
  private static final Set<Integer> PASSING = Set.of(TOO_MANY_REQUESTS, 502, 503, 504);

  /** Doing these twice is the same as doing them once. */
  private static final Set<String> REPEATABLE = Set.of("GET", "PUT", "DELETE");

  private final HttpClient client;
  private final Duration timeout;
  private final HclLog log;

  Http(Connection connection, HclLog log) {
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connection.timeout());
    connection.caCertificate().ifPresent(pem -> builder.sslContext(trusting(pem)));
    client = builder.build();
    timeout = connection.timeout();
    this.log = log;
  }

  private static SSLContext trusting(String pem) {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
      int count = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + count++, each);
      }
      if (count == 0) {
        throw new GeneralSecurityException("there is none");
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException _) {
      throw new Refusal(
          Diagnostic.error(
              dev.adp.terraform.cty.Path.of("ca_certificate"),
              "Invalid ca_certificate",
              "ca_certificate must hold certificates in PEM, for example file(\"ca.pem\")."));
    }
  }

  /**
   * Sends a request until there is an answer worth having.
   *
   * @throws IOException when there is none; a request that must not be sent twice may have arrived
   */
  HttpResponse<String> send(HttpRequest request) throws IOException {
    return send(request, REPEATABLE.contains(request.method()));
  }

  /** Sends a request that does no harm when it arrives twice, whatever its method. */
  HttpResponse<String> sendRepeatable(HttpRequest request) throws IOException {
    return send(request, true);
  }

  private HttpResponse<String> send(HttpRequest request, boolean repeatable) throws IOException {
    for (int attempt = 1; ; attempt++) {
      long pauseMs = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS << (2 * (attempt - 1)));
      try {
        HttpResponse<String> answer = once(request);
        int status = answer.statusCode();
        boolean again = PASSING.contains(status) && (repeatable || status == TOO_MANY_REQUESTS);
        if (!again || attempt == TRIES_MAX) {
          return answer;
        }
        pauseMs = answer.headers().firstValue("retry-after").map(Http::millis).orElse(pauseMs);
      } catch (IOException failure) {
        // What was never connected was never sent.
        boolean again = repeatable || failure instanceof ConnectException;
        if (!again || attempt == TRIES_MAX) {
          throw failure;
        }
      }
      pause(Math.min(PAUSE_MS_MAX, pauseMs));
    }
  }

  private HttpResponse<String> once(HttpRequest request) throws IOException {
    long start = System.nanoTime();
    try {
      HttpResponse<String> answer = exchange(request);
      log.log(
          HclLog.Level.DEBUG,
          "called the control plane",
          "method",
          request.method(),
          "path",
          request.uri().getRawPath(),
          "status",
          String.valueOf(answer.statusCode()),
          "millis",
          String.valueOf((System.nanoTime() - start) / 1_000_000));
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The timeout of a request ends with the head of its answer; this one holds for its body too. */
  private HttpResponse<String> exchange(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, BodyHandlers.ofString());
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      answer.cancel(true);
      throw new HttpTimeoutException("no whole answer in time");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private static long millis(String retryAfter) {
    return retryAfter.matches("[0-9]{1,5}")
        ? Duration.ofSeconds(Long.parseLong(retryAfter)).toMillis()
        : FIRST_PAUSE_MS;
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
