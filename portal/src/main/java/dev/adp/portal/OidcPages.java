package dev.adp.portal;

import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.http.OidcLogin;
import dev.adp.http.OidcLogin.Attempt;
import dev.adp.http.Refusals;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way to the external issuer and back. What has to be remembered on the way is kept in a
 * cookie, so that any instance can see the user return, and strangers cost us nothing.
 */
final class OidcPages {
  private static final long ATTEMPT_S_MAX = 600;

  /** A browser throws a cookie of more than 4 KiB away. */
  private static final int NEXT_CHARS_MAX = 1_000;

  private final Optional<ExternalSignIn> external;
  private final Sessions sessions;
  private final Views views;
  private final Refusals refusals;

  OidcPages(Optional<ExternalSignIn> external, Sessions sessions, Views views, Refusals refusals) {
    this.external = external;
    this.sessions = sessions;
    this.views = views;
    this.refusals = refusals;
  }

  private ExternalSignIn external() {
    return external.orElseThrow(() -> new NotFound("page", "/sign-in/oidc"));
  }

  /** A sign-in on its way. */
  private record Kept(Attempt attempt, String next) {
    String encoded() {
      String json =
          new JsonObject()
              .put("state", attempt.state())
              .put("nonce", attempt.nonce())
              .put("verifier", attempt.verifier())
              .put("next", next)
              .encode();
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    static Optional<Kept> of(String encoded) {
      try {
        var json =
            new JsonObject(
                new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
        return Optional.of(
            new Kept(
                new Attempt(
                    json.getString("state", ""),
                    json.getString("nonce", ""),
                    json.getString("verifier", "")),
                Sessions.local(json.getString("next", ""))));
      } catch (RuntimeException _) { // Whatever somebody has put there.
        return Optional.empty();
      }
    }
  }

  void start(RoutingContext ctx) {
    OidcLogin login = external().login();
    if (!sessions.maySignIn(ctx)) {
      throw new Forbidden(Sessions.NEEDS_TLS);
    }
    var attempt = Attempt.random();
    Optional<String> there = login.authorizationUrl(attempt);
    if (there.isEmpty()) {
      problem(
          ctx,
          503,
          "%s cannot be reached at the moment. Try again in a minute.".formatted(login.name()));
      return;
    }
    String next = new Request(ctx).query("next");
    next = Sessions.local(next.length() > NEXT_CHARS_MAX ? "" : next);
    sessions.keep(ctx, new Kept(attempt, next).encoded(), ATTEMPT_S_MAX);
    views.seeOther(ctx, there.get());
  }

  void callback(RoutingContext ctx) {
    ExternalSignIn signIn = external();
    Optional<Kept> kept = sessions.kept(ctx).flatMap(Kept::of);
    sessions.keep(ctx, "", 0); // Good once.
    if (!sessions.maySignIn(ctx)) {
      throw new Forbidden(Sessions.NEEDS_TLS);
    }
    try {
      Kept begun = answered(new Request(ctx), signIn.login(), kept);
      sessions.open(ctx, session(signIn, new Request(ctx).query("code"), begun.attempt()));
      views.seeOther(ctx, begun.next());
    } catch (Unauthenticated refused) {
      refusals.record(ctx, Optional.empty(), refused);
      problem(ctx, 403, refused.text());
    }
  }

  /** The attempt of this browser that the issuer answers. */
  private static Kept answered(Request request, OidcLogin login, Optional<Kept> kept) {
    Kept begun =
        kept.filter(attempt -> attempt.attempt().isAnsweredBy(request.query("state")))
            .filter(_ -> login.mayHaveAnswered(request.query("iss")))
            .orElseThrow(
                () -> new Unauthenticated("This sign-in was not begun here, or took too long."));
    if (request.query("code").isEmpty()) { // What the issuer says about it may be anybody's words.
      throw new Unauthenticated("%s did not sign you in.".formatted(login.name()));
    }
    return begun;
  }

  /** The token of a new session. */
  private static String session(ExternalSignIn signIn, String code, Attempt attempt) {
    OidcLogin.Identity identity = signIn.login().signIn(code, attempt);
    if (identity.roles().isEmpty()) {
      throw new Unauthenticated(lacksRole(signIn.login()));
    }
    return signIn
        .sessions()
        .start(identity.subject(), identity.attribution(), identity.roles(), identity.idToken())
        .orElseThrow(() -> new Unauthenticated("Your account is blocked. Ask an administrator."));
  }

  private static String lacksRole(OidcLogin login) {
    return "%s signed you in, but gave you none of our roles in the claim \"%s\". Ask an administrator."
        .formatted(login.name(), login.rolesClaim());
  }

  private void problem(RoutingContext ctx, int status, String text) {
    views.page(
        ctx,
        status,
        "error",
        Map.of(
            "title",
            "Not signed in",
            "text",
            text,
            "crumbs",
            List.of(new Crumb("Sign in", "/sign-in")),
            "reference",
            ""));
  }
}
