package dev.adp.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * Tells whoever has come over TLS to do so always (RFC 6797): in every answer, so that it does not
 * matter which one a browser sees first.
 */
public final class StrictTransport {
  public static final String HEADER = "strict-transport-security";
  private static final String YEAR = "max-age=31536000";

  private StrictTransport() {}

  /** Puts it on the answer to a request that came over TLS, with us or with a proxy of ours. */
  public static void stamp(HttpServerRequest request, TrustedProxies proxies) {
    if (proxies.isHttps(request)) {
      request.response().putHeader(HEADER, YEAR);
    }
  }

  /** For what is no HTTP: that is answered past every route. */
  public static Handler<HttpServerRequest> invalid(TrustedProxies proxies) {
    return request -> {
      stamp(request, proxies);
      HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    };
  }
}
