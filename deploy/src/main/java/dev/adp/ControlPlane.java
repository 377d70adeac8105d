package dev.adp;

import dev.adp.api.RestApi;
import dev.adp.http.ClientLimits;
import dev.adp.http.HealthRoutes;
import dev.adp.http.RequestHead;
import dev.adp.http.RequestIds;
import dev.adp.http.StrictTransport;
import dev.adp.http.TlsFiles;
import dev.adp.http.TokenRoutes;
import dev.adp.http.TrustedProxies;
import dev.adp.http.UnforeseenErrors;
import dev.adp.portal.Portal;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server of portal and REST API; deployed on virtual threads, since its handlers wait. */
final class ControlPlane extends VerticleBase {
  private static final long SHUTDOWN_S_MAX = 5;
  private static final List<String> SINGLE = List.of("authorization");

  private final String host;
  private final int port;
  private final Optional<TlsFiles> tls;
  private final TrustedProxies proxies;
  private final ClientLimits limits;
  private final HealthRoutes health;
  private final TokenRoutes tokens;
  private final RestApi api;
  private final Portal portal;
  private @Nullable HttpServer server;

  /**
   * @param limits shared with the other verticles of the process
   */
  ControlPlane(
      String host,
      int port,
      Optional<TlsFiles> tls,
      TrustedProxies proxies,
      ClientLimits limits,
      HealthRoutes health,
      TokenRoutes tokens,
      RestApi api,
      Portal portal) {
    this.host = host;
    this.port = port;
    this.tls = tls;
    this.proxies = proxies;
    this.limits = limits;
    this.health = health;
    this.tokens = tokens;
    this.api = api;
    this.portal = portal;
  }

  @Override
  public Future<HttpServer> start() {
    Router router = Router.router(vertx);
    UnforeseenErrors.mount(router);
    health.mount(router);
    tokens.mount(router);
    api.mount(router);
    portal.mount(router);
    HttpServerOptions plain =
        Portal.withForms(limits.options(host, port)).setCompressionSupported(true);
    HttpServerOptions options = tls.map(files -> files.on(plain)).orElse(plain);
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(connection -> limits.connected(connection, options))
            .requestHandler(
                request -> {
                  String _ = RequestIds.stamp(request);
                  StrictTransport.stamp(request, proxies);
                  limits.received(vertx, request);
                  RequestHead.ambiguity(request, SINGLE)
                      .or(() -> unreadable(request))
                      .ifPresentOrElse(why -> refuse(request, why), () -> router.handle(request));
                })
            .invalidRequestHandler(StrictTransport.invalid(proxies));
    return server.listen().onSuccess(on -> tls.ifPresent(files -> files.watch(vertx, on)));
  }

  /** A query is read by whoever needs it, and refused in his words. */
  private static Optional<String> unreadable(HttpServerRequest request) {
    String path = request.path();
    return path != null && RequestHead.hasBrokenEscape(path)
        ? Optional.of("the path has a % that is not followed by two hexadecimal digits")
        : Optional.empty();
  }

  private static void refuse(HttpServerRequest request, String why) {
    var _ =
        request
            .response()
            .setStatusCode(400)
            .putHeader("content-type", "text/plain; charset=utf-8")
            .putHeader("connection", "close")
            .end(why + "\n")
            .onComplete(_ -> request.connection().close());
  }

  @Override
  public Future<?> stop() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(SHUTDOWN_S_MAX, TimeUnit.SECONDS);
  }
}
