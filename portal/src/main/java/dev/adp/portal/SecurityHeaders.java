package dev.adp.portal;

import dev.adp.http.TrustedProxies;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * What every answer tells the browser: run and load only our own, frame us nowhere, keep no page.
 */
final class SecurityHeaders implements Handler<RoutingContext> {
  private static final String POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  private final TrustedProxies proxies;

  SecurityHeaders(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerResponse response = ctx.response();
    response
        .putHeader("content-security-policy", POLICY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("referrer-policy", "same-origin")
        .putHeader("cross-origin-opener-policy", "same-origin")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (proxies.isHttps(ctx.request())) {
      response.putHeader("strict-transport-security", "max-age=31536000");
    }
    ctx.next();
  }
}
