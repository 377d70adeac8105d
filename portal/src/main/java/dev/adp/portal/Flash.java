package dev.adp.portal;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the next page says once: a saved change. The cookie carries a name from this list, never
 * text, so that nobody can put words into our mouth.
 */
enum Flash {
  PROVIDER_CREATED("Provider created"),
  PROVIDER_SAVED("Provider saved"),
  PROVIDER_SENT_TWICE("The form was sent twice and carried out once"),
  PROVIDER_ENABLED("Provider enabled"),
  PROVIDER_DISABLED("Provider disabled"),
  PROVIDER_DELETED("Provider deleted"),
  SECRET_CREATED("Secret created"),
  SECRET_ROTATED("Secret rotated"),
  SECRET_DELETED("Secret deleted"),
  PASSWORD_CHANGED("Password changed"),
  GUARDRAIL_CREATED("Guardrail created"),
  GUARDRAIL_SAVED("Guardrail saved"),
  GUARDRAIL_DELETED("Guardrail deleted"),
  ACCOUNT_SAVED("Service account saved"),
  ACCOUNT_DELETED("Service account deleted"),
  CREDENTIAL_REVOKED("Credential revoked"),
  USER_SAVED("User saved"),
  USER_DELETED("User deleted"),
  CATALOG_APPROVED("Catalog approved");

  private static final String COOKIE = "adp-flash";
  private static final long LIFETIME_S = 60;

  private final String text;

  Flash(String text) {
    this.text = text;
  }

  /** Says it on the page that the answer to this request leads to. */
  void leave(RoutingContext ctx) {
    ctx.response().addCookie(cookie(name()).setMaxAge(LIFETIME_S));
  }

  /** What an earlier request left; it is said only once. */
  static Optional<String> take(RoutingContext ctx) {
    @Nullable Cookie left = ctx.request().getCookie(COOKIE);
    if (left == null) {
      return Optional.empty();
    }
    ctx.response().addCookie(cookie("").setMaxAge(0));
    for (Flash flash : values()) {
      if (flash.name().equals(left.getValue())) {
        return Optional.of(flash.text);
      }
    }
    return Optional.empty();
  }

  private static Cookie cookie(String value) {
    return Cookie.cookie(COOKIE, value)
        .setPath("/")
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.LAX);
  }
}
