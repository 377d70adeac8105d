package dev.adp.portal;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Light or dark: a cookie, so that the first byte of a page already has the right colours. */
enum Theme {
  LIGHT,
  DARK;

  private static final String COOKIE = "adp-theme";
  private static final long LIFETIME_S = 31_536_000;

  static Theme of(RoutingContext ctx) {
    @Nullable Cookie cookie = ctx.request().getCookie(COOKIE);
    return cookie != null && cookie.getValue().equals(DARK.slug()) ? DARK : LIGHT;
  }

  Theme other() {
    return this == LIGHT ? DARK : LIGHT;
  }

  void remember(RoutingContext ctx) {
    ctx.response()
        .addCookie(
            Cookie.cookie(COOKIE, slug())
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.LAX)
                .setMaxAge(LIFETIME_S));
  }

  String slug() {
    return name().toLowerCase(Locale.ROOT);
  }
}
