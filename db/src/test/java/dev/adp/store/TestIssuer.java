package dev.adp.store;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID Connect issuer on a free port that signs whatever a test wants signed. */
public final class TestIssuer implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();
  private volatile KeyPair key = newKey();
  private volatile String kid = "first";
  private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
  private final JsonObject announced = new JsonObject();
  private volatile Optional<JsonArray> published = Optional.empty();
  private volatile boolean away;
  private volatile boolean stalling;
  private volatile boolean holding;

  private record Grant(String challenge, JsonObject claims) {}

  public TestIssuer(Vertx vertx) {
    server = vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1").await();
  }

  private void answer(HttpServerRequest request) {
    asked.incrementAndGet();
    if (away) {
      request.response().setStatusCode(503).end();
      return;
    }
    if (stalling) {
      var _ = request.response().setChunked(true).write("{");
      return;
    }
    switch (String.valueOf(request.path())) {
      case "/.well-known/openid-configuration" -> request.response().end(discovery().encode());
      case "/jwks" ->
          request
              .response()
              .end(
                  new JsonObject()
                      .put("keys", published.orElseGet(() -> new JsonArray().add(jwk())))
                      .encode());
      case "/token" -> {
        request.setExpectMultipart(true);
        request.endHandler(
            _ -> {
              held.add(() -> exchange(request));
              if (!holding) {
                answerHeld();
              }
            });
      }
      default -> request.response().setStatusCode(404).end();
    }
  }

  private JsonObject discovery() {
    return new JsonObject()
        .put("issuer", url())
        .put("jwks_uri", url() + "/jwks")
        .put("authorization_endpoint", url() + "/authorize")
        .put("token_endpoint", url() + "/token")
        .put("end_session_endpoint", url() + "/logout")
        .mergeIn(announced);
  }

  /** What the discovery document says from now on. */
  public void announce(String name, Object value) {
    announced.put(name, value);
  }

  /** A key set in place of the one with our key. */
  public void publish(JsonArray keys) {
    published = Optional.of(keys);
  }

  /** Begins each answer and never ends it, or does so no longer. */
  public void stall(boolean stalled) {
    stalling = stalled;
  }

  /** Answers nobody who comes with a code until {@link #answerHeld}. */
  public void hold() {
    holding = true;
  }

  public boolean isHolding() {
    return !held.isEmpty();
  }

  /** Answers whoever waits, and everybody from now on. */
  public void answerHeld() {
    holding = false;
    for (Runnable answer = held.poll(); answer != null; answer = held.poll()) {
      answer.run();
    }
  }

  /** A code for an ID token with these claims, to be had by whoever made the challenge. */
  public String code(String challenge, JsonObject claims) {
    String code = "code-" + grants.size();
    grants.put(code, new Grant(challenge, claims));
    return code;
  }

  /** Each code once, for the client that began, with the verifier of its challenge. */
  private void exchange(HttpServerRequest request) {
    String basic =
        Base64.getEncoder().encodeToString("portal:hush".getBytes(StandardCharsets.UTF_8));
    Optional<Grant> grant =
        Optional.ofNullable(grants.remove(String.valueOf(request.getFormAttribute("code"))))
            .filter(
                found ->
                    found
                        .challenge()
                        .equals(hash(String.valueOf(request.getFormAttribute("code_verifier")))))
            .filter(_ -> ("Basic " + basic).equals(request.getHeader("authorization")))
            .filter(_ -> request.getFormAttribute("client_id") == null) // Said once, not twice.
            .filter(_ -> "authorization_code".equals(request.getFormAttribute("grant_type")));
    if (grant.isPresent()) {
      String idToken = token(grant.get().claims());
      request.response().end(new JsonObject().put("id_token", idToken).encode());
    } else {
      request.response().setStatusCode(400).end("{\"error\":\"invalid_grant\"}");
    }
  }

  private static String hash(String verifier) {
    try {
      return encoded(
          MessageDigest.getInstance("SHA-256")
              .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public int asked() {
    return asked.get();
  }

  public void goAway(boolean gone) {
    away = gone;
  }

  /** Signs with another key from now on. */
  public void rotate(String name) {
    key = newKey();
    kid = name;
  }

  public JsonObject jwk() {
    RSAPublicKey shown = (RSAPublicKey) key.getPublic();
    return new JsonObject()
        .put("kty", "RSA")
        .put("use", "sig")
        .put("kid", kid)
        .put("n", unsigned(shown.getModulus()))
        .put("e", unsigned(shown.getPublicExponent()));
  }

  public RSAPublicKey publicKey() {
    return (RSAPublicKey) key.getPublic();
  }

  public String token(JsonObject claims) {
    return token(header("RS256", kid), claims);
  }

  public String token(JsonObject header, JsonObject claims) {
    return signed(header, claims, key.getPrivate());
  }

  /** Signed by somebody else, under the name of our key. */
  public String forged(JsonObject claims) {
    return signed(header("RS256", kid), claims, newKey().getPrivate());
  }

  public JsonObject header(String algorithm, String name) {
    return new JsonObject().put("typ", "JWT").put("alg", algorithm).put("kid", name);
  }

  public String kid() {
    return kid;
  }

  public static String unsigned(JsonObject header, JsonObject claims) {
    return encoded(header.encode()) + "." + encoded(claims.encode());
  }

  private static String signed(JsonObject header, JsonObject claims, PrivateKey by) {
    String text = unsigned(header, claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(by);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + encoded(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return encoded(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  public static String encoded(String text) {
    return encoded(text.getBytes(StandardCharsets.UTF_8));
  }

  public static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.close().await();
  }
}
