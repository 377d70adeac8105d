package dev.adp.terraform.redpanda;

import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Sends requests, and again where that cannot do harm. */
final class Http implements AutoCloseable {
  static {
    // The JDK gives no password to a proxy that https goes through unless it is told to, before
    // its client is loaded.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
  }

  private static final int TRIES_MAX = 5;

  /**
   * Where nothing listens, something may be about to start; far more often the address is wrong.
   */
  private static final int UNCONNECTED_TRIES_MAX = 3;

  /** Each has already taken as long as a request may, or a connection. */
  private static final int SILENT_TRIES_MAX = 2;

  /** Who is there at all answers a connection sooner than a request. */
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int CAUSES_MAX = 20;

  /** Statuses that a later try may not meet. */
  private static final Set<Integer> PASSING = Set.of(TOO_MANY_REQUESTS, 502, 503, 504);

  /** Doing these twice is the same as doing them once. */
  private static final Set<String> REPEATABLE = Set.of("GET", "PUT", "DELETE");

  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private final HttpClient.Builder builder;
  private final Optional<TrustManager[]> trusted;
  private final boolean isSecure;
  private @Nullable HttpClient client;
  private final Optional<String> proxyAuthorization;
  private final Duration timeout;
  private final HclLog log;
  private final Backoff backoff = new Backoff(InstantSource.system(), new Random());
  private final CountDownLatch stopped = new CountDownLatch(1);

  Http(Connection connection, HclLog log) {
    builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(
                connection
                    .proxy()
                    .map(proxy -> InetSocketAddress.createUnresolved(proxy.host(), proxy.port()))
                    .map(ProxySelector::of)
                    .orElse(HttpClient.Builder.NO_PROXY))
            .connectTimeout(
                connection.timeout().compareTo(CONNECT_MAX) < 0
                    ? connection.timeout()
                    : CONNECT_MAX);
    // Checked at once; the JDK's own authorities are read when they are needed.
    trusted = connection.caCertificate().map(Http::trusting);
    isSecure = connection.endpoint().getScheme().equalsIgnoreCase("https");
    proxyAuthorization = connection.proxy().flatMap(HttpProxy::authorization);
    timeout = connection.timeout();
    this.log = log;
  }

  /** Made when it is needed: many a plan asks the control plane nothing. */
  private synchronized HttpClient client() {
    if (client == null) {
      client = builder.sslContext(trust()).build();
    }
    return client;
  }

  /** Lets its threads end: those that wait in native code would hold up the end of the JVM. */
  @Override
  public synchronized void close() {
    if (client == null) {
      return;
    }
    client.shutdownNow();
    try {
      var _ = client.awaitTermination(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is on its way may still be answered, but nothing is tried again. */
  void stop() {
    stopped.countDown();
  }

  /** Never the JDK's default context, which the plugin's own TLS leaves without authorities. */
  private SSLContext trust() {
    // Null stands for the JDK's authorities. Without TLS there is nobody to be trusted.
    TrustManager[] otherwise = isSecure ? null : new TrustManager[0];
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, trusted.orElse(otherwise), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no TLS", e);
    }
  }

  private static TrustManager[] trusting(String pem) {
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
      return factory.getTrustManagers();
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
    return send(request, isRepeatable(request));
  }

  /** What a replacement has changed is no longer of the version that its repetition would name. */
  private static boolean isRepeatable(HttpRequest request) {
    return REPEATABLE.contains(request.method())
        && !(request.method().equals("PUT") && request.headers().map().containsKey("if-match"));
  }

  /** Sends a request that does no harm when it arrives twice, whatever its method. */
  HttpResponse<String> sendRepeatable(HttpRequest request) throws IOException {
    return send(request, true);
  }

  private HttpResponse<String> send(HttpRequest request, boolean repeatable) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<String> answer = once(request);
        int status = answer.statusCode();
        boolean again = PASSING.contains(status) && (repeatable || status == TOO_MANY_REQUESTS);
        if (!again
            || attempt == TRIES_MAX
            || !pause(attempt, answer.headers().firstValue("retry-after"))) {
          return answer;
        }
      } catch (IOException failure) {
        boolean again = (repeatable || isUnsent(failure)) && !isLasting(failure);
        if (!again || attempt >= triesMax(failure) || !pause(attempt, Optional.empty())) {
          throw failure;
        }
      }
    }
  }

  private static int triesMax(IOException failure) {
    return switch (failure) {
      case ConnectException _ -> UNCONNECTED_TRIES_MAX;
      case HttpTimeoutException _ -> SILENT_TRIES_MAX;
      default -> TRIES_MAX;
    };
  }

  /** Whether there was no connection, and so nothing that could have been sent by it. */
  static boolean isUnsent(IOException failure) {
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
  }

  /**
   * Whether it will be the same the next time: an answer that is too long; a certificate that is
   * not trusted or another trouble with TLS, unless it was the connection that broke.
   */
  static boolean isLasting(IOException failure) {
    if (failure instanceof BoundedBody.TooLong) {
      return true;
    }
    var causes =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
            .limit(CAUSES_MAX)
            .dropWhile(cause -> !(cause instanceof SSLException))
            .toList();
    return !causes.isEmpty()
        && causes.stream()
            .noneMatch(cause -> cause instanceof IOException && !(cause instanceof SSLException));
  }

  private HttpResponse<String> once(HttpRequest request) throws IOException {
    long start = System.nanoTime();
    try {
      HttpResponse<String> answer = exchange(request);
      log(request, start, "called the control plane", "status", answer.statusCode() + "");
      return answer;
    } catch (IOException failure) {
      log(request, start, "no answer", "error", failure.getClass().getName());
      throw failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void log(HttpRequest request, long start, String message, String name, String value) {
    log.log(
        HclLog.Level.DEBUG,
        message,
        "method",
        request.method(),
        "path",
        request.uri().getRawPath(),
        name,
        value,
        "millis",
        String.valueOf((System.nanoTime() - start) / 1_000_000));
  }

  /** The timeout of a request ends with the head of its answer; this one holds for its body too. */
  private HttpResponse<String> exchange(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client().sendAsync(letIn(request), _ -> new BoundedBody());
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      answer.cancel(true);
      throw new HttpTimeoutException("no whole answer in time");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  /** With what the proxy asks for, if it does. */
  private HttpRequest letIn(HttpRequest request) {
    return proxyAuthorization.isEmpty()
        ? request
        : HttpRequest.newBuilder(request, (_, _) -> true)
            .setHeader("proxy-authorization", proxyAuthorization.get())
            .build();
  }

  /**
   * Waits until a request may be sent once more.
   *
   * @return whether it is to be
   */
  private boolean pause(int attempt, Optional<String> retryAfter) {
    try {
      long millis = backoff.pause(attempt, retryAfter).toMillis();
      return !stopped.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
