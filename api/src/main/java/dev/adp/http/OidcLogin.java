package dev.adp.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.domain.Failure.TooManyRequests;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Role;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in to the portal at the external issuer: authorization code with PKCE. */
public final class OidcLogin {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Logger LOG = LoggerFactory.getLogger(OidcLogin.class);
  private static final int RANDOM_BYTES = 32;

  /** Codes that are being exchanged: strangers can bring as many as they like. */
  private static final int EXCHANGES_MAX = 16;

  private static final Duration BUSY_RETRY = Duration.ofSeconds(5);

  /** A whole request line of more than 4 KiB is too much for some servers. */
  private static final int HINT_CHARS_MAX = 3_000;

  private final Semaphore exchanges = new Semaphore(EXCHANGES_MAX);
  private final OidcIssuer issuer;
  private final OidcSettings.Client client;
  private final String publicUrl;
  private final Clock clock;

  private OidcLogin(OidcIssuer issuer, OidcSettings.Client client, String publicUrl, Clock clock) {
    this.issuer = issuer;
    this.client = client;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  /**
   * Empty when we are no client of the issuer's.
   *
   * @param publicUrl of the portal, without a final slash
   */
  public static Optional<OidcLogin> of(OidcIssuer issuer, String publicUrl, Clock clock) {
    return issuer
        .settings()
        .client()
        .map(client -> new OidcLogin(issuer, client, publicUrl, clock));
  }

  /** The secrets of one sign-in: only the browser that began it knows all of them. */
  public record Attempt(String state, String nonce, String verifier) {
    public static Attempt random() {
      return new Attempt(text(), text(), text());
    }

    private static String text() {
      byte[] bytes = new byte[RANDOM_BYTES];
      RANDOM.nextBytes(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public boolean isAnsweredBy(String answered) {
      return !state.isEmpty()
          && MessageDigest.isEqual(state.getBytes(UTF_8), answered.getBytes(UTF_8));
    }

    String challenge() {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("SHA-256 is not available", e);
      }
    }

    @Override
    public String toString() {
      return "Attempt[***]";
    }
  }

  /**
   * Whom the issuer has signed in.
   *
   * @param idToken says at signing out whose session ends; never for a log
   */
  public record Identity(String subject, String attribution, Set<Role> roles, String idToken) {
    @Override
    public String toString() {
      return "Identity[" + subject + ", ***]";
    }
  }

  /** The issuer, as it stands in {@code iss}. */
  public String issuer() {
    return issuer.settings().issuer();
  }

  /** The issuer's host, for people. */
  public String name() {
    return String.valueOf(URI.create(issuer()).getHost());
  }

  public String rolesClaim() {
    return issuer.settings().rolesClaim();
  }

  private String redirectUrl() {
    return publicUrl + "/sign-in/oidc";
  }

  /** Where the browser is to go; empty as long as the issuer could not be asked. */
  public Optional<String> authorizationUrl(Attempt attempt) {
    var query = new LinkedHashMap<String, String>();
    query.put("response_type", "code");
    query.put("client_id", client.id());
    query.put("redirect_uri", redirectUrl());
    query.put("scope", "openid email profile");
    query.put("state", attempt.state());
    query.put("nonce", attempt.nonce());
    query.put("code_challenge", attempt.challenge());
    query.put("code_challenge_method", "S256");
    return issuer.endpoint("authorization_endpoint").map(url -> with(url, query));
  }

  /**
   * Whether an answer can be this issuer's, by what it says of itself (RFC 9207).
   *
   * @param said empty when it says nothing
   */
  public boolean mayHaveAnswered(String said) {
    return said.isEmpty()
        ? !issuer.does("authorization_response_iss_parameter_supported")
        : said.equals(issuer());
  }

  /**
   * Where the browser ends the issuer's own session; empty when it has no such place.
   *
   * @param idToken of the sign-in, when it is known: without it the issuer asks, or refuses
   */
  public Optional<String> endSessionUrl(Optional<String> idToken) {
    var query = new LinkedHashMap<String, String>();
    idToken
        .filter(token -> token.length() <= HINT_CHARS_MAX)
        .ifPresent(token -> query.put("id_token_hint", token));
    query.put("client_id", client.id());
    query.put("post_logout_redirect_uri", publicUrl + "/sign-in");
    return issuer.endpoint("end_session_endpoint").map(url -> with(url, query));
  }

  private static String with(String url, Map<String, String> query) {
    return url + (url.indexOf('?') == -1 ? '?' : '&') + OidcIssuer.form(query);
  }

  /**
   * Exchanges the code and reads the ID token. Waits for the issuer.
   *
   * @throws Unauthenticated saying what is wrong, never what the token holds
   * @throws TooManyRequests when the issuer is still busy with others
   */
  public Identity signIn(String code, Attempt attempt) {
    if (!exchanges.tryAcquire()) {
      throw new TooManyRequests("Too many sign-ins at once.", BUSY_RETRY);
    }
    try {
      JsonObject tokens = exchange(code, attempt);
      if (!(tokens.getValue("id_token") instanceof String idToken)) {
        throw new Unauthenticated(name() + " sent no ID token.");
      }
      return identity(issuer.verified(idToken).claims(), attempt, idToken);
    } finally {
      exchanges.release();
    }
  }

  private JsonObject exchange(String code, Attempt attempt) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirectUrl());
    form.put("code_verifier", attempt.verifier());
    try {
      return issuer.tokens(client, form);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} gave no tokens for a code: {}", issuer(), OidcFailure.told(e));
      throw new Unauthenticated(name() + " did not take the code of this sign-in. Try again.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Identity identity(OidcClaims claims, Attempt attempt, String idToken) {
    Instant now = clock.instant();
    boolean ours =
        claims.isFrom(issuer())
            && claims.audience().contains(client.id())
            && claims.text("azp").map(client.id()::equals).orElse(claims.audience().size() == 1);
    boolean fresh =
        claims.end().map(now::isBefore).orElse(false)
            && claims.hasBegun(now)
            && claims.text("nonce").map(attempt.nonce()::equals).orElse(false);
    Optional<String> subject = claims.subject();
    if (!ours || !fresh || subject.isEmpty()) {
      throw new Unauthenticated(
          "The ID token of %s is not for this sign-in. Try again.".formatted(name()));
    }
    return new Identity(
        subject.get(), claims.attribution(), claims.roles(issuer.settings().rolesClaim()), idToken);
  }
}
