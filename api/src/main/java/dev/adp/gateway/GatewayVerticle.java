package dev.adp.gateway;

import dev.adp.http.AccessTokens;
import dev.adp.http.HealthRoutes;
import dev.adp.http.Http2;
import dev.adp.http.RequestHead;
import dev.adp.http.RequestIds;
import dev.adp.http.StrictTransport;
import dev.adp.http.TokenRoutes;
import dev.adp.http.TrustedProxies;
import dev.adp.http.UnforeseenErrors;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.UsageLedger;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The data plane's server on one event loop; several of these share the port. */
public final class GatewayVerticle extends VerticleBase {
  /** Where the calls of providers begin; the name of one follows. */
  public static final String PROVIDERS = "/llm/v1/providers/";

  private static final long WATCH_EVERY_MS = 1_000;

  private final GatewaySettings settings;
  private final ProviderSnapshot snapshot;
  private final Supplier<AccessTokens> tokens;
  private final TokenRoutes tokenRoutes;
  private final HealthRoutes health;
  private final UsageLedger ledger;
  private final BodyBudget budget;
  private final CallLimit calls;
  private final CallReports reports;
  private final Transcriber transcriber;
  private final AwsIdentities aws;
  private final Clock clock;
  private final Supplier<UUID> ids;

  private @Nullable HttpServer server;

  /**
   * @param tokens makes a checker for the sole use of this verticle
   * @param budget shared with the other verticles of the process, as {@code calls} is
   * @param transcriber shared with them too, as {@code aws} is; closed by whoever has made them
   */
  public GatewayVerticle(
      GatewaySettings settings,
      ProviderSnapshot snapshot,
      Supplier<AccessTokens> tokens,
      TokenRoutes tokenRoutes,
      HealthRoutes health,
      UsageLedger ledger,
      BodyBudget budget,
      CallLimit calls,
      CallReports reports,
      Transcriber transcriber,
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
    this.calls = calls;
    this.reports = reports;
    this.transcriber = transcriber;
    this.aws = aws;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public Future<HttpServer> start() {
    var gateway =
        new Gateway(
            vertx,
            new UpstreamClient(vertx, settings, reports.metrics()),
            aws,
            snapshot,
            tokens.get(),
            ledger,
            budget,
            reports,
            settings,
            clock,
            ids,
            transcriber,
            new LiveCalls(calls));
    Context context = vertx.getOrCreateContext();
    snapshot.onChange(() -> context.runOnContext(_ -> gateway.calls().abortOrphans(snapshot)));
    Router router = routes(vertx, tokenRoutes, health);
    HttpServerOptions plain = settings.tls().map(files -> files.on(options())).orElse(options());
    HttpServerOptions options = Http2.on(plain, settings.limits().headerBytesMax());
    long headMs = settings.limits().clientHeaderTimeoutMs();
    HttpServer listener = vertx.createHttpServer(options);
    server =
        listener
            .connectionHandler(client -> Http2.connected(listener, client, options, headMs))
            .requestHandler(request -> route(gateway, router, request))
            .invalidRequestHandler(StrictTransport.invalid(TrustedProxies.NONE));
    watch(gateway);
    return listener
        .listen()
        .onSuccess(on -> settings.tls().ifPresent(files -> files.watch(vertx, on)));
  }

  /** What is served besides the calls of providers, which all begin with {@link #PROVIDERS}. */
  public static Router routes(Vertx vertx, TokenRoutes tokens, HealthRoutes health) {
    Router router = Router.router(vertx);
    UnforeseenErrors.mount(router);
    tokens.mount(router);
    health.mount(router);
    router.route().handler(ctx -> unknownPath().send(ctx.response(), ErrorShape.OPENAI));
    return router;
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(settings.host())
        .setPort(settings.port())
        .setMaxHeaderSize(settings.limits().headerBytesMax())
        .setMaxInitialLineLength(settings.limits().uriBytesMax())
        .setHandle100ContinueAutomatically(true)
        .setIdleTimeout(settings.clientIdleTimeoutMs())
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setPerFrameWebSocketCompressionSupported(false) // No call is ever upgraded.
        .setPerMessageWebSocketCompressionSupported(false)
        .setTcpNoDelay(true);
  }

  private void watch(Gateway gateway) {
    int loop = reports.metrics().newLoop();
    var due = new AtomicLong(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WATCH_EVERY_MS));
    vertx.setPeriodic(
        WATCH_EVERY_MS,
        _ -> {
          long now = System.nanoTime();
          gateway.calls().endDead(now);
          reports.metrics().lag(loop, Math.max(0, (now - due.get()) / 1_000));
          due.set(now + TimeUnit.MILLISECONDS.toNanos(WATCH_EVERY_MS));
        });
  }

  /** Takes no more calls and lets those under way end. */
  @Override
  public Future<?> stop() {
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(settings.limits().shutdownMs(), TimeUnit.MILLISECONDS);
  }

  private void route(Gateway gateway, Router router, HttpServerRequest request) {
    String id = RequestIds.stamp(request);
    StrictTransport.stamp(request, TrustedProxies.NONE); // Other proxies may say it themselves.
    if (request.method().equals(HttpMethod.CONNECT)) {
      turnAway(request, Refusal.upgrade(), ErrorShape.OPENAI);
      return;
    }
    Optional<Refusal> refusal =
        RequestHead.ambiguity(request, ClientHeaders.CREDENTIALS).map(Refusal::badHead);
    if (refusal.isPresent()) {
      turnAway(request, refusal.get(), ErrorShape.OPENAI);
      return;
    }
    if (request.uri().length() > settings.limits().uriBytesMax()) { // HTTP/1.1 is told sooner.
      turnAway(request, Refusal.uriTooLong(), ErrorShape.OPENAI);
      return;
    }
    String path = request.path();
    if (path == null || !path.startsWith(PROVIDERS)) {
      Http2.awaitBody(vertx, request, settings.limits().clientHeaderTimeoutMs());
      router.handle(request);
      return;
    }
    int slash = path.indexOf('/', PROVIDERS.length());
    String provider = path.substring(PROVIDERS.length(), slash == -1 ? path.length() : slash);
    String below = slash == -1 ? "/" : path.substring(slash);
    if (!calls.enter()) {
      turnAway(
          request,
          Refusal.busy("the gateway serves as many calls as it may at the moment"),
          ErrorShape.of(below, request.headers()));
      return;
    }
    request
        .response()
        .endHandler(
            _ -> {
              calls.leave();
              Http2.awaitReader(vertx, request, settings.limits().idleTimeoutMs());
            });
    new Call(gateway, request, id, provider, below).start();
  }

  private void turnAway(HttpServerRequest request, Refusal refusal, ErrorShape shape) {
    Http2.awaitBody(vertx, request, settings.limits().clientHeaderTimeoutMs());
    reports.metrics().refused(refusal.code());
    refusal.send(request.response(), shape);
  }

  private static Refusal unknownPath() {
    return new Refusal(
        404, "not_found", "nothing here: providers are at /llm/v1/providers/<name>/");
  }
}
