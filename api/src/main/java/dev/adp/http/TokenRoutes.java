package dev.adp.http;

import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.ResourceId;
import dev.adp.store.ServiceAccounts;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token issuer: client credentials in, a token out (RFC 6749, section 4.4), and what clients
 * need to find and check it. Served by both planes.
 */
public final class TokenRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(TokenRoutes.class);
  private static final int FORM_BYTES_MAX = 16_384;
  private static final int JWKS_KEPT_S = 300;
  private static final List<String> PARAMETERS =
      List.of("grant_type", "client_id", "client_secret");

  private final String issuer;
  private final AccessTokens tokens;
  private final ServiceAccounts accounts;
  private final Refusals refusals;

  /**
   * @param issuer our public URL without a final slash
   */
  public TokenRoutes(
      String issuer, AccessTokens tokens, ServiceAccounts accounts, Refusals refusals) {
    this.issuer = issuer;
    this.tokens = tokens;
    this.accounts = accounts;
    this.refusals = refusals;
  }

  public void mount(Router router) {
    router.get("/.well-known/openid-configuration").handler(ctx -> ctx.json(discovery()));
    router.get("/oauth/idp/jwks").handler(this::jwks);
    router
        .post("/oauth/idp/token")
        .handler(BodyHandler.create(false).setBodyLimit(FORM_BYTES_MAX))
        .handler(this::token)
        .failureHandler(TokenRoutes::unreadable);
    router
        .route("/oauth/idp/token")
        .handler(
            ctx -> {
              ctx.response().putHeader("allow", "POST");
              refuse(ctx, 405, "invalid_request", "send a form by POST");
            });
  }

  /** A copy may be kept for a while: a key is published long before it signs. */
  private void jwks(RoutingContext ctx) {
    ctx.response().putHeader("cache-control", "public, max-age=" + JWKS_KEPT_S);
    ctx.json(tokens.jwks());
  }

  /** There is no authorization endpoint, so no response type is supported. */
  private JsonObject discovery() {
    return new JsonObject()
        .put("issuer", issuer)
        .put("token_endpoint", issuer + "/oauth/idp/token")
        .put("jwks_uri", issuer + "/oauth/idp/jwks")
        .put("grant_types_supported", new JsonArray().add("client_credentials"))
        .put("response_types_supported", new JsonArray())
        .put("subject_types_supported", new JsonArray().add("public"))
        .put("id_token_signing_alg_values_supported", new JsonArray().add("RS256"))
        .put(
            "token_endpoint_auth_methods_supported",
            new JsonArray().add("client_secret_basic").add("client_secret_post"));
  }

  private record Credentials(String clientId, String clientSecret) {
    @Override
    public String toString() {
      return "Credentials[" + clientId + ", ***]";
    }
  }

  /** Asks the database, so it must not wait on an event loop: a virtual thread of its own does. */
  private void token(RoutingContext ctx) {
    MultiMap form = ctx.request().formAttributes();
    Optional<String> twice =
        PARAMETERS.stream().filter(name -> form.getAll(name).size() > 1).findFirst();
    if (twice.isPresent()) { // RFC 6749, section 3.2: two servers could each believe another one.
      refuse(ctx, 400, "invalid_request", "send %s once".formatted(twice.get()));
      return;
    }
    if (!form.contains("grant_type")) {
      refuse(ctx, 400, "invalid_request", "send grant_type=client_credentials as a form");
      return;
    }
    if (!"client_credentials".equals(form.get("grant_type"))) {
      refuse(ctx, 400, "unsupported_grant_type", "grant_type must be client_credentials");
      return;
    }
    if (authenticatesTwice(ctx, form)) {
      refuse(
          ctx,
          400,
          "invalid_request",
          "give the credentials in the form or by basic authentication, not in both");
      return;
    }
    Optional<Credentials> given = credentials(ctx, form);
    if (given.isEmpty()) {
      var nobody =
          new Unauthenticated(
              "give client_id and client_secret, in the form or by basic authentication");
      refusals.record(ctx, Optional.empty(), nobody);
      refuse(ctx, 401, "invalid_client", nobody.text());
      return;
    }
    Context context = ctx.vertx().getOrCreateContext();
    Thread.ofVirtual()
        .name("adp-token")
        .start(
            () -> {
              Runnable answer = answer(ctx, given.get());
              context.runOnContext(_ -> answer.run());
            });
  }

  private Runnable answer(RoutingContext ctx, Credentials given) {
    try {
      ResourceId account = accounts.authenticate(given.clientId(), given.clientSecret());
      return () -> grant(ctx, given.clientId(), account);
    } catch (Unauthenticated e) {
      refusals.record(ctx, Optional.empty(), e);
      return () -> refuse(ctx, 401, "invalid_client", e.text());
    } catch (RuntimeException e) {
      String id = RequestIds.of(ctx.request());
      LOG.error("the token endpoint failed, request {}", id, e);
      return () ->
          refuse(
              ctx,
              503,
              "temporarily_unavailable",
              "the database does not answer: try again (request %s)".formatted(id));
    }
  }

  private void grant(RoutingContext ctx, String clientId, ResourceId account) {
    noStore(ctx)
        .json(
            new JsonObject()
                .put("access_token", tokens.issue(clientId, "service-accounts/" + account))
                .put("token_type", "Bearer")
                .put("expires_in", AccessTokens.LIFETIME.toSeconds()));
  }

  /** RFC 6749, section 2.3: never more than one way in one request; an id alone is none. */
  private static boolean authenticatesTwice(RoutingContext ctx, MultiMap form) {
    return ctx.request().getHeader("authorization") != null && form.contains("client_secret");
  }

  private static Optional<Credentials> credentials(RoutingContext ctx, MultiMap form) {
    String basic = ctx.request().getHeader("authorization");
    if (basic != null && basic.regionMatches(true, 0, "basic ", 0, 6)) {
      return basic(basic.substring(6).strip());
    }
    String id = form.get("client_id");
    String secret = form.get("client_secret");
    return id == null || secret == null
        ? Optional.empty()
        : Optional.of(new Credentials(id, secret));
  }

  private static Optional<Credentials> basic(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon == -1
          ? Optional.empty()
          : Optional.of(
              new Credentials(
                  decoded(pair.substring(0, colon)), decoded(pair.substring(colon + 1))));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** RFC 6749 has both halves form-encoded before base64. */
  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void refuse(RoutingContext ctx, int status, String error, String description) {
    if (status == 401) {
      ctx.response().putHeader("www-authenticate", "Basic realm=\"adp\"");
    }
    ctx.response().setStatusCode(status);
    noStore(ctx).json(new JsonObject().put("error", error).put("error_description", description));
  }

  /** The form is too large or is none. */
  private static void unreadable(RoutingContext ctx) {
    if (ctx.response().ended()) {
      return; // It did not come in time.
    }
    int status = ctx.statusCode();
    if (status == 413) {
      refuse(ctx, status, "invalid_request", "the form has more than 16384 bytes");
    } else if (status == 400) {
      refuse(ctx, status, "invalid_request", "the form cannot be read");
    } else {
      ctx.next();
    }
  }

  private static RoutingContext noStore(RoutingContext ctx) {
    ctx.response().putHeader("cache-control", "no-store").putHeader("pragma", "no-cache");
    return ctx;
  }
}
