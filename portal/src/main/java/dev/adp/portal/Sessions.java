package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.domain.Failure;
import dev.adp.domain.Origin;
import dev.adp.http.OidcLogin;
import dev.adp.http.Refusals;
import dev.adp.store.ExternalSessions;
import dev.adp.store.PortalSessions;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is signed in: the cookie, the two pages about it, and the token that every form carries. */
final class Sessions {
  private static final int RANDOM_BYTES = 32;

  private final PortalSessions sessions;
  private final Optional<ExternalSignIn> external;
  private final Views views;
  private final Refusals refusals;
  private final SecureRandom random = new SecureRandom();

  Sessions(
      PortalSessions sessions, Optional<ExternalSignIn> external, Views views, Refusals refusals) {
    this.sessions = sessions;
    this.external = external;
    this.views = views;
    this.refusals = refusals;
  }

  /**
   * Lets a signed-in user pass, and leads everybody else to the sign-in page and back; but not away
   * from a form, which would be lost.
   */
  void require(RoutingContext ctx) {
    var request = new Request(ctx);
    Optional<Session> session = current(ctx);
    if (session.isPresent()) {
      request.enter(session.get());
      ctx.next();
      return;
    }
    boolean isGet = ctx.request().method().name().equals("GET");
    String signIn = isGet ? "/sign-in?next=" + URLEncoder.encode(here(ctx), UTF_8) : "/sign-in";
    if (!request.fromHtmx()) {
      views.seeOther(ctx, signIn);
      return;
    }
    ctx.response().setStatusCode(401);
    if (isGet && request.isBoosted()) {
      ctx.response().putHeader("HX-Redirect", signIn).end();
    } else {
      tell(ctx, "session-ended", "");
      ctx.response().putHeader("HX-Reswap", "none").end();
    }
  }

  /** Lets the script of the page know. */
  private static void tell(RoutingContext ctx, String event, String value) {
    var detail = new JsonObject().put("value", value);
    ctx.response().putHeader("HX-Trigger", new JsonObject().put(event, detail).encode());
  }

  /** Recognizes a signed-in user where anybody may pass. */
  void optional(RoutingContext ctx) {
    current(ctx).ifPresent(new Request(ctx)::enter);
  }

  /**
   * Refuses a form that was not made by a page of this session. A page of ours learns how to send
   * it again, since no other can ask for that or read it.
   */
  void requireOwnForm(RoutingContext ctx) {
    var request = new Request(ctx);
    if (!equal(request.session().csrf(), request.field("csrf"))) {
      if (request.fromHtmx()) {
        tell(ctx, "form-token", request.session().csrf());
        throw new Failure.Forbidden(
            "You have signed in since you opened this form. Look at it and send it again.");
      }
      throw new Failure.Forbidden(
          "This form does not belong to your session. Go back, reload the page and send it again.");
    }
    ctx.next();
  }

  /** Refuses what has to do with passwords to whoever has his at the external issuer. */
  void requirePassword(RoutingContext ctx) {
    if (!new Request(ctx).session().hasPassword()) {
      throw new Failure.Forbidden(
          "You sign in at %s: change your password there."
              .formatted(external.map(signIn -> signIn.login().name()).orElse("another place")));
    }
  }

  void signInPage(RoutingContext ctx) {
    String next = local(new Request(ctx).query("next"));
    if (!maySignIn(ctx)) {
      refusalToSignIn(ctx);
    } else if (current(ctx).isPresent()) {
      views.seeOther(ctx, next);
    } else {
      page(ctx, 200, "", next, Optional.empty());
    }
  }

  void signIn(RoutingContext ctx) {
    var request = new Request(ctx);
    String username = request.field("username");
    String next = local(request.field("next"));
    if (!maySignIn(ctx)) {
      refusalToSignIn(ctx);
      return;
    }
    if (!equal(cookie(ctx, startCookie(ctx)).orElse(""), request.field("csrf"))) {
      var notOurs = new Failure.Forbidden("This page was out of date. Sign in again.");
      refusals.record(ctx, Optional.empty(), notOurs);
      page(ctx, 403, username, next, Optional.of(notOurs.text()));
      return;
    }
    try {
      String address = refusals.origin(ctx.request()).address();
      open(ctx, sessions.signIn(username, request.raw("password"), address));
      views.seeOther(ctx, next);
    } catch (Failure.Unauthenticated wrong) {
      refusals.record(ctx, Optional.empty(), wrong);
      page(ctx, 401, username, next, Optional.of(wrong.text()));
    } catch (Failure.TooManyRequests later) {
      refusals.record(ctx, Optional.empty(), later);
      ctx.response().putHeader("retry-after", String.valueOf(later.retryAfter().toSeconds()));
      page(ctx, 429, username, next, Optional.of(later.text()));
    }
  }

  /** Gives the browser the token of another session. */
  void renew(RoutingContext ctx, String token) {
    ctx.response().addCookie(ofSession(ctx, sessionCookie(ctx), token));
  }

  void signOut(RoutingContext ctx) {
    Session session = new Request(ctx).session();
    ctx.response().addCookie(ofSession(ctx, sessionCookie(ctx), "").setMaxAge(0));
    Optional<String> idToken = end(session.token());
    if (external.isPresent() && !session.hasPassword()) {
      signedOut(ctx, external.get().login(), idToken);
    } else {
      views.seeOther(ctx, "/sign-in");
    }
  }

  /** Ends a session of either kind; of an external one, what says at the issuer whose it was. */
  private Optional<String> end(String token) {
    if (ExternalSessions.takes(token)) {
      return external.flatMap(signIn -> signIn.sessions().end(token));
    }
    sessions.end(token);
    return Optional.empty();
  }

  /**
   * The issuer's own session goes on until the user ends it there. A form of ours may not lead to
   * another host, so this is a page with a link.
   */
  private void signedOut(RoutingContext ctx, OidcLogin login, Optional<String> idToken) {
    Optional<String> there = login.endSessionUrl(idToken);
    if (there.isEmpty()) {
      views.seeOther(ctx, "/sign-in");
    } else if (new Request(ctx).fromHtmx()) {
      ctx.response().putHeader("HX-Redirect", there.get()).end();
    } else {
      views.page(ctx, 200, "signed-out", Map.of("issuer", login.name(), "url", there.get()));
    }
  }

  /** Makes the browser hold a new session; the one that it had is over. */
  void open(RoutingContext ctx, String token) {
    Optional<String> _ = cookie(ctx, sessionCookie(ctx)).flatMap(this::end);
    ctx.response().addCookie(ofSession(ctx, sessionCookie(ctx), token));
    ctx.response().addCookie(ofSession(ctx, startCookie(ctx), "").setMaxAge(0));
  }

  /** Keeps something for the time of a sign-in at the issuer. */
  void keep(RoutingContext ctx, String value, long seconds) {
    ctx.response().addCookie(ofSession(ctx, attemptCookie(ctx), value).setMaxAge(seconds));
  }

  Optional<String> kept(RoutingContext ctx) {
    return cookie(ctx, attemptCookie(ctx));
  }

  private String attemptCookie(RoutingContext ctx) {
    return sessionCookie(ctx) + "-oidc";
  }

  static final String NEEDS_TLS =
      "Signing in from another machine needs https: set ADP_TLS_CERT and ADP_TLS_KEY, or put a"
          + " proxy that terminates TLS in front, name its address in ADP_TRUSTED_PROXIES and set"
          + " ADP_PUBLIC_URL to its https address.";

  private boolean https(RoutingContext ctx) {
    return refusals.proxies().isHttps(ctx.request());
  }

  /** Passwords and sessions travel over TLS, or not beyond this machine. */
  boolean maySignIn(RoutingContext ctx) {
    return https(ctx) || fromLoopback(ctx);
  }

  private void refusalToSignIn(RoutingContext ctx) {
    views.page(ctx, 403, "sign-in", Map.of("problem", NEEDS_TLS));
  }

  private Optional<Session> current(RoutingContext ctx) {
    Origin origin = refusals.origin(ctx.request());
    return cookie(ctx, sessionCookie(ctx))
        .flatMap(
            token ->
                ExternalSessions.takes(token)
                    ? external.flatMap(signIn -> signIn.session(token, origin))
                    : sessions
                        .find(token)
                        .map(
                            found ->
                                new Session(
                                    found.user().actor().from(origin), found.csrfToken(), token)));
  }

  private void page(
      RoutingContext ctx, int status, String username, String next, Optional<String> problem) {
    String csrf = cookie(ctx, startCookie(ctx)).orElseGet(this::random); // Two tabs share one.
    ctx.response().addCookie(ofSession(ctx, startCookie(ctx), csrf));
    views.page(
        ctx,
        status,
        "sign-in",
        Map.of(
            "csrf",
            csrf,
            "username",
            username,
            "next",
            next,
            "problem",
            problem.orElse(""),
            "issuer",
            external.map(signIn -> signIn.login().name()).orElse(""),
            "oidc",
            "/sign-in/oidc/start?next=" + URLEncoder.encode(next, UTF_8)));
  }

  private String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private Cookie ofSession(RoutingContext ctx, String name, String value) {
    return Cookie.cookie(name, value)
        .setPath("/")
        .setHttpOnly(true)
        .setSecure(https(ctx))
        .setSameSite(CookieSameSite.LAX);
  }

  private String sessionCookie(RoutingContext ctx) {
    return https(ctx) ? "__Host-adp" : "adp";
  }

  /** Ties a sign-in form to the browser that asked for it. */
  private String startCookie(RoutingContext ctx) {
    return sessionCookie(ctx) + "-start";
  }

  private static Optional<String> cookie(RoutingContext ctx, String name) {
    @Nullable Cookie cookie = ctx.request().getCookie(name);
    return Optional.ofNullable(cookie).map(Cookie::getValue).filter(value -> !value.isEmpty());
  }

  private boolean fromLoopback(RoutingContext ctx) {
    String address = refusals.proxies().address(ctx.request());
    return address.startsWith("127.") || address.matches("[0:]*:1(%.*)?");
  }

  private static String here(RoutingContext ctx) {
    return local(ctx.request().uri());
  }

  /** Only a path of our own, never another host. */
  static String local(String target) {
    return target.matches("/(?![/\\\\])[!-\\[\\]-~]*") ? target : "/";
  }

  private static boolean equal(String a, String b) {
    return !a.isEmpty() && MessageDigest.isEqual(a.getBytes(UTF_8), b.getBytes(UTF_8));
  }
}
