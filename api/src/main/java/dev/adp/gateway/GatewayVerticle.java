package dev.adp.gateway;

import dev.adp.http.AccessTokens;
import dev.adp.http.HealthRoutes;
import dev.adp.http.TokenRoutes;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.UsageLedger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The data plane's server on one event loop; several of these share the port. */
public final class GatewayVerticle extends VerticleBase {
  private static final String PROVIDERS = "/llm/v1/providers/";
  private static final int HEADER_BYTES_MAX = 65_536;

  private final GatewaySettings settings;
  private final ProviderSnapshot snapshot;
  private final Supplier<AccessTokens> tokens;
  private final TokenRoutes tokenRoutes;
  private final HealthRoutes health;
  private final UsageLedger ledger;
  private final BodyBudget budget;
  private final AwsIdentities aws;
  private final Clock clock;
  private final Supplier<UUID> ids;
  private @Nullable HttpServer server;

  /**
   * @param tokens makes a checker for the sole use of this verticle
   * @param budget shared with the other verticles of the process
   * @param aws shared with them too; closed by whoever has made it
   */
  public GatewayVerticle(
      GatewaySettings settings,
      ProviderSnapshot snapshot,
      Supplier<AccessTokens> tokens,
      TokenRoutes tokenRoutes,
      HealthRoutes health,
      UsageLedger ledger,
      BodyBudget budget,
      AwsIdentities aws,
      Clock clock,
      Supplier<UUID> ids) {
    this.settings = settings;
    this.snapshot = snapshot;
    this.tokens = tokens;
    this.tokenRoutes = tokenRoutes;
    this.health = health;
    this.ledger = ledger;
    this.budget = budget;
    this.aws = aws;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public Future<HttpServer> start() {
    var gateway =
        new Gateway(
            vertx,
            new UpstreamClient(vertx, settings),
            aws,
            snapshot,
            tokens.get(),
            ledger,
            budget,
            settings,
            clock,
            ids,
            new LiveCalls());
    Context context = vertx.getOrCreateContext();
    snapshot.onChange(() -> context.runOnContext(_ -> gateway.calls().abortOrphans(snapshot)));
    Router router = Router.router(vertx);
    tokenRoutes.mount(router);
    health.mount(router);
    router.route().handler(ctx -> unknownPath().send(ctx.response(), ErrorShape.OPENAI));
    server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost(settings.host())
                    .setPort(settings.port())
                    .setMaxHeaderSize(HEADER_BYTES_MAX)
                    .setMaxInitialLineLength(16_384)
                    .setHandle100ContinueAutomatically(true)
                    .setIdleTimeout(settings.clientIdleTimeoutMs())
                    .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                    .setHttp2ClearTextEnabled(false) // One protocol, one way to frame a message.
                    .setTcpNoDelay(true))
            .requestHandler(request -> route(gateway, router, request));
    return server.listen();
  }

  /** Takes no more calls and lets those under way end. */
  @Override
  public Future<?> stop() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(settings.shutdownMs(), TimeUnit.MILLISECONDS);
  }

  private static void route(Gateway gateway, Router router, HttpServerRequest request) {
    if (request.method().equals(HttpMethod.CONNECT)) {
      Refusal.upgrade().send(request.response(), ErrorShape.OPENAI);
      return;
    }
    Optional<Refusal> refusal = RequestHead.refusal(request);
    if (refusal.isPresent()) {
      refusal.get().send(request.response(), ErrorShape.OPENAI);
      return;
    }
    String path = request.path();
    if (path == null || !path.startsWith(PROVIDERS)) {
      router.handle(request);
      return;
    }
    int slash = path.indexOf('/', PROVIDERS.length());
    String provider = path.substring(PROVIDERS.length(), slash == -1 ? path.length() : slash);
    new Call(gateway, request, provider, slash == -1 ? "/" : path.substring(slash)).start();
  }

  private static Refusal unknownPath() {
    return new Refusal(
        404, "not_found", "nothing here: providers are at /llm/v1/providers/<name>/");
  }
}
