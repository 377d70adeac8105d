package dev.adp.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.domain.Failure.Unauthenticated;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The external issuer, as its discovery document and key set describe it. Both are fetched in the
 * background: at the start, every ten minutes, and when a token names a key that is not known, but
 * never more often than twice a minute. What was known last stands while the issuer is away.
 */
public final class OidcIssuer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OidcIssuer.class);
  private static final Set<String> ALGORITHMS = Set.of("RS256", "ES256", "PS256");
  private static final Duration REFRESH = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int ANSWER_BYTES_MAX = 1 << 20;
  private static final int KEYS_MAX = 50;

  private final Vertx vertx;
  private final OidcSettings settings;
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
  private record Known(JsonObject discovery, JWTAuth keys, Set<String> kids) {}

  public OidcIssuer(Vertx vertx, OidcSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
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
   * The claims of a token that one of the issuer's keys has signed. Needs no network: an unknown
   * key only makes the next look at the key set come sooner.
   *
   * @throws Unauthenticated when no key has signed it
   */
  OidcClaims verified(String token) {
    Known now =
        known.orElseThrow(
            () -> new Unauthenticated("the keys of " + settings.issuer() + " are not known yet"));
    JsonObject header = part(token, 0);
    if (!(header.getValue("alg") instanceof String alg) || !ALGORITHMS.contains(alg)) {
      throw new Unauthenticated("the token is not valid");
    }
    if (!(header.getValue("kid") instanceof String kid) || !now.kids().contains(kid)) {
      wanted.release();
      throw new Unauthenticated(
          "the token was signed by a key that %s does not publish".formatted(settings.issuer()));
    }
    return new OidcClaims(signedClaims(now.keys(), token));
  }

  /** The library casts times that are no numbers. */
  private static JsonObject signedClaims(JWTAuth keys, String token) {
    try {
      var user = keys.authenticate(new TokenCredentials(token));
      if (user.succeeded()) {
        return user.result().attributes().getJsonObject("accessToken");
      }
    } catch (ClassCastException _) {
      // Falls through to the refusal.
    }
    throw new Unauthenticated("the token is not valid");
  }

  /** An address of the discovery document; empty as long as it has not been read, or without it. */
  Optional<String> endpoint(String name) {
    return known.flatMap(
        now ->
            now.discovery().getValue(name) instanceof String url
                ? Optional.of(url)
                : Optional.empty());
  }

  /**
   * Posts a form to the token endpoint as our client. Waits for the answer: not for event loops.
   *
   * @throws IOException when there is no answer, or another one than tokens
   */
  JsonObject tokens(OidcSettings.Client as, Map<String, String> form)
      throws IOException, InterruptedException {
    String url =
        endpoint("token_endpoint").orElseThrow(() -> new IOException("it has no token endpoint"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(url))
            .header("content-type", "application/x-www-form-urlencoded");
    var fields = new LinkedHashMap<>(form);
    fields.put("client_id", as.id());
    if (as.secret().isPresent() && takesBasic()) {
      String pair = encoded(as.id()) + ":" + encoded(as.secret().get());
      request.header(
          "authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    } else {
      as.secret().ifPresent(secret -> fields.put("client_secret", secret));
    }
    return send(request.POST(BodyPublishers.ofString(form(fields))));
  }

  /** What an issuer takes that does not say. */
  private boolean takesBasic() {
    JsonArray methods =
        known
            .map(now -> now.discovery().getJsonArray("token_endpoint_auth_methods_supported"))
            .orElseGet(JsonArray::new);
    return methods.isEmpty() || methods.contains("client_secret_basic");
  }

  static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** Whether the key is among the issuer's still. */
  boolean publishes(String kid) {
    return known.map(now -> now.kids().contains(kid)).orElse(false);
  }

  /**
   * A part of a token that nobody has checked yet.
   *
   * @throws Unauthenticated when it is not JSON in base64
   */
  static JsonObject part(String token, int number) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new Unauthenticated("the token is not valid");
    }
    try {
      return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[number])));
    } catch (RuntimeException _) {
      throw new Unauthenticated("the token is not valid");
    }
  }

  private void run() {
    Duration retry = RETRY_MIN;
    while (!closed) {
      boolean reached = look();
      retry = reached ? RETRY_MIN : min(retry.multipliedBy(2), PAUSE);
      try {
        if (reached) {
          Thread.sleep(PAUSE);
          boolean _ = wanted.tryAcquire(REFRESH.toMillis(), TimeUnit.MILLISECONDS);
          wanted.drainPermits(); // One look serves all who want it.
        } else {
          Thread.sleep(retry);
        }
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
      if (!settings.issuer().equals(discovery.getString("issuer"))) {
        throw new IOException("it says that it is another issuer");
      }
      known = Optional.of(read(discovery, get(discovery.getString("jwks_uri"))));
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be asked ({}): {}",
          settings.issuer(),
          e.getClass().getSimpleName(),
          known.isPresent() ? "the keys known last stay in force" : "tried again in a while");
      return false;
    } catch (InterruptedException _) {
      closed = true;
      return false;
    }
  }

  private Known read(JsonObject discovery, JsonObject keySet) throws IOException {
    List<JsonObject> keys = new ArrayList<>();
    for (Object key : keySet.getJsonArray("keys", new JsonArray())) {
      if (key instanceof JsonObject jwk && signs(jwk)) {
        keys.add(jwk);
      }
    }
    if (keys.isEmpty() || keys.size() > KEYS_MAX) { // Without keys, JWTAuth believes everybody.
      throw new IOException("its key set has no key that we take, or too many");
    }
    var options = new JWTAuthOptions().setJWTOptions(new JWTOptions().setIgnoreExpiration(true));
    keys.stream().flatMap(OidcIssuer::perAlgorithm).forEach(options::addJwk);
    return new Known(
        discovery,
        JWTAuth.create(vertx, options),
        keys.stream().map(key -> key.getString("kid")).collect(Collectors.toUnmodifiableSet()));
  }

  private static boolean signs(JsonObject jwk) {
    String algorithm = jwk.getString("alg", "");
    boolean type =
        switch (jwk.getString("kty", "")) {
          case "RSA" -> Set.of("", "RS256", "PS256").contains(algorithm);
          case "EC" ->
              Set.of("", "ES256").contains(algorithm) && "P-256".equals(jwk.getString("crv"));
          default -> false;
        };
    return type && "sig".equals(jwk.getString("use", "sig")) && jwk.containsKey("kid");
  }

  /** A key that names no algorithm may be used with each that suits it. */
  private static Stream<JsonObject> perAlgorithm(JsonObject jwk) {
    List<String> algorithms =
        jwk.containsKey("alg")
            ? List.of(jwk.getString("alg"))
            : jwk.getString("kty").equals("EC") ? List.of("ES256") : List.of("RS256", "PS256");
    return algorithms.stream().map(algorithm -> jwk.copy().put("alg", algorithm));
  }

  private JsonObject get(String url) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(url)).header("accept", "application/json"));
  }

  /** An issuer that has TLS has it everywhere. */
  private URI uri(String url) throws IOException {
    URI uri = URI.create(url);
    if (settings.issuer().startsWith("https:") && !"https".equals(uri.getScheme())) {
      throw new IOException("an address of it is not https");
    }
    return uri;
  }

  /** Sends a request to the issuer; at most {@value #ANSWER_BYTES_MAX} bytes are read. */
  private JsonObject send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      byte[] bytes = body.readNBytes(ANSWER_BYTES_MAX);
      if (answer.statusCode() != 200) {
        throw new IOException("status " + answer.statusCode());
      }
      return new JsonObject(Buffer.buffer(bytes));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    client.shutdownNow();
  }
}
