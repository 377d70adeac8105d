package dev.adp.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.domain.Failure.Unauthenticated;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The external issuer, as its discovery document and key set describe it. Both are fetched in the
 * background: at the start, every ten minutes, and when no key that is known has signed a token,
 * but never more often than twice a minute. What was known last stands while the issuer is away.
 */
public final class OidcIssuer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OidcIssuer.class);
  private static final Duration REFRESH = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  private final OidcSettings settings;
  private final Duration pause;
  private final Duration timeout;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Semaphore wanted = new Semaphore(0);
  private final Thread thread;
  private volatile Optional<Known> known = Optional.empty();
  private volatile boolean closed;

  /** What the issuer has told. */
  private record Known(JsonObject discovery, OidcKeys keys) {}

  /** A token's claims, and the key that vouches for them. */
  record Signed(OidcClaims claims, OidcKeys.Key key) {}

  public OidcIssuer(OidcSettings settings) {
    this(settings, PAUSE, TIMEOUT);
  }

  /**
   * @param pause between two looks at the key set, at the least
   * @param timeout for a whole answer of the issuer
   */
  OidcIssuer(OidcSettings settings, Duration pause, Duration timeout) {
    this.settings = settings;
    this.pause = pause;
    this.timeout = timeout;
    this.thread = Thread.ofVirtual().name("adp-oidc").start(this::run);
  }

  OidcSettings settings() {
    return settings;
  }

  /** Whether the issuer has been reached since the start. */
  public boolean isKnown() {
    return known.isPresent();
  }

  /**
   * The claims of a token that one of the issuer's keys has signed. Needs no network: one by
   * another key only makes the next look at the key set come sooner.
   *
   * @throws Unauthenticated when no key has signed it
   */
  Signed verified(String token) {
    Known now =
        known.orElseThrow(
            () ->
                new Unauthenticated(
                    "the token cannot be checked: %s has not been reached yet. Try again in a minute."
                        .formatted(settings.issuer())));
    JsonObject header = part(token, 0);
    Optional<OidcKeys.Algorithm> algorithm = OidcKeys.Algorithm.named(header.getValue("alg"));
    if (algorithm.isEmpty() || header.containsKey("crit")) { // We know of nothing critical.
      throw invalid();
    }
    List<OidcKeys.Key> named = now.keys().named(header.getValue("kid"));
    Optional<OidcKeys.Key> signer =
        named.stream().filter(key -> key.hasSigned(token, algorithm.get())).findFirst();
    if (signer.isEmpty()) {
      lookSoon(); // The issuer may have another key since, be it under an old name.
      throw named.isEmpty()
          ? new Unauthenticated(
              "the token was signed by a key that %s does not publish".formatted(settings.issuer()))
          : invalid();
    }
    return new Signed(new OidcClaims(part(token, 1)), signer.get());
  }

  private static Unauthenticated invalid() {
    return new Unauthenticated("the token is not valid");
  }

  /** However many want it, one look serves them all. */
  private void lookSoon() {
    if (wanted.availablePermits() == 0) {
      wanted.release();
    }
  }

  /**
   * An address of the discovery document, to lead a browser to; empty as long as it has not been
   * read, or when it has no such address that can be trusted.
   */
  Optional<String> endpoint(String name) {
    return known.flatMap(now -> address(now.discovery().getValue(name))).map(URI::toString);
  }

  /** Whether the discovery document says that the issuer does something. */
  boolean does(String name) {
    return known.map(now -> Boolean.TRUE.equals(now.discovery().getValue(name))).orElse(false);
  }

  /**
   * Posts a form to the token endpoint as our client. Waits for the answer: not for event loops.
   *
   * @throws IOException when there is no answer, or another one than tokens
   */
  JsonObject tokens(OidcSettings.Client as, Map<String, String> form)
      throws IOException, InterruptedException {
    Known now = known.orElseThrow(() -> new OidcFailure("it has not been reached yet"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(now.discovery().getValue("token_endpoint")))
            .header("content-type", "application/x-www-form-urlencoded");
    var fields = new LinkedHashMap<>(form);
    if (as.secret().isPresent() && takesBasic(now)) {
      String pair = encoded(as.id()) + ":" + encoded(as.secret().get());
      request.header(
          "authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    } else { // One way to say who we are, never two.
      fields.put("client_id", as.id());
      as.secret().ifPresent(secret -> fields.put("client_secret", secret));
    }
    return send(request.POST(BodyPublishers.ofString(form(fields))));
  }

  /** What an issuer takes that does not say. */
  private static boolean takesBasic(Known now) {
    return !(now.discovery().getValue("token_endpoint_auth_methods_supported")
            instanceof JsonArray methods)
        || methods.isEmpty()
        || methods.contains("client_secret_basic");
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** Whether this very key, not only one of its name, is among the issuer's still. */
  boolean publishes(OidcKeys.Key key) {
    return known.map(now -> now.keys().all().contains(key)).orElse(false);
  }

  /**
   * A part of a token that nobody has checked yet.
   *
   * @throws Unauthenticated when it is not JSON in base64
   */
  static JsonObject part(String token, int number) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw invalid();
    }
    try {
      return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[number])));
    } catch (RuntimeException _) {
      throw invalid();
    }
  }

  private void run() {
    Duration retry = RETRY_MIN;
    while (!closed) {
      boolean reached = look();
      retry = reached ? RETRY_MIN : min(retry.multipliedBy(2), PAUSE);
      try {
        if (reached) {
          Thread.sleep(pause);
          boolean _ = wanted.tryAcquire(REFRESH.toMillis(), TimeUnit.MILLISECONDS);
        } else {
          Thread.sleep(retry);
        }
        wanted.drainPermits();
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private boolean look() {
    try {
      JsonObject discovery = get(settings.discoveryUrl());
      if (!settings.issuer().equals(discovery.getValue("issuer"))) {
        throw new OidcFailure("its discovery document names another issuer than ADP_OIDC_ISSUER");
      }
      known = Optional.of(new Known(discovery, OidcKeys.of(get(discovery.getValue("jwks_uri")))));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be asked ({}): {}",
          settings.issuer(),
          OidcFailure.told(e),
          known.isPresent() ? "the keys known last stay in force" : "tried again in a while");
      return false;
    } catch (InterruptedException _) {
      closed = true;
      return false;
    }
  }

  private JsonObject get(@Nullable Object url) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(url)).header("accept", "application/json"));
  }

  private URI uri(@Nullable Object url) throws OidcFailure {
    return address(url)
        .orElseThrow(() -> new OidcFailure("an address of it is missing or not to be trusted"));
  }

  /** An issuer that has TLS has it everywhere. */
  private Optional<URI> address(@Nullable Object url) {
    try {
      URI uri = URI.create(String.valueOf(url));
      boolean trusted =
          "https".equals(uri.getScheme())
              || ("http".equals(uri.getScheme()) && settings.issuer().startsWith("http:"));
      return Optional.of(uri)
          .filter(_ -> trusted && uri.getHost() != null && uri.getRawFragment() == null);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Sends a request to the issuer. Waits for the whole answer without keeping others from their
   * turn; at most {@value #ANSWER_BYTES_MAX} bytes are read.
   */
  private JsonObject send(HttpRequest.Builder request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(
            request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    HttpResponse<byte[]> answer;
    try {
      answer = Future.fromCompletionStage(sent).await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new OidcFailure("it did not answer in time");
    } finally {
      boolean _ = sent.cancel(true); // Nobody waits any longer; nothing to do after an answer.
    }
    if (answer.statusCode() != 200) {
      throw new OidcFailure("status %d%s".formatted(answer.statusCode(), error(answer.body())));
    }
    return new JsonObject(Buffer.buffer(answer.body()));
  }

  /** The name that OAuth has for what is wrong; nothing else of the answer is repeated. */
  private static String error(byte[] body) {
    try {
      return new JsonObject(Buffer.buffer(body)).getValue("error") instanceof String name
              && name.matches("[a-z_]{1,50}")
          ? ", " + name
          : "";
    } catch (DecodeException _) {
      return "";
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    client.shutdownNow();
  }
}
