package dev.adp.api;

import dev.adp.domain.CatalogFile;
import dev.adp.domain.ConnectionTest;
import dev.adp.domain.Failure;
import dev.adp.http.AccessTokens;
import dev.adp.http.BearerAuthentication;
import dev.adp.http.Refusals;
import dev.adp.store.Repository;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The REST API, mounted below {@code /v1}, and its description. Its handlers wait: they run on
 * virtual threads.
 */
public final class RestApi {
  private static final int BODY_BYTES_MAX = 1 << 20;

  /** JSON may write every byte of a file as six, and says a little more. */
  private static final int CATALOG_BODY_BYTES_MAX = 6 * CatalogFile.BYTES_MAX + 1_024;

  private static final Set<HttpMethod> WITH_BODY =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  private final AccessTokens tokens;
  private final Refusals refusals;
  private final LlmProviderApi providers;
  private final ConnectionCheckApi checks;
  private final SecretApi secrets;
  private final GuardrailApi guardrails;
  private final UserApi users;
  private final ServiceAccountApi accounts;
  private final ModelApi models;
  private final CatalogVersionApi catalogVersions;
  private final SpendingApi spending;
  private final TranscriptApi transcripts;
  private final AuditApi audit;
  private final BlockedSubjectApi blocked;

  /**
   * @param gatewayUrl public URL of the gateway, as proxy URLs begin
   * @param issuer public URL of the token issuer
   */
  public RestApi(
      AccessTokens tokens,
      Repository repository,
      ConnectionTest connections,
      Refusals refusals,
      String gatewayUrl,
      String issuer,
      Clock clock) {
    this.tokens = tokens;
    this.refusals = refusals;
    this.providers =
        new LlmProviderApi(repository.providers(), new LlmProviderJson(gatewayUrl, issuer));
    this.checks = new ConnectionCheckApi(connections);
    this.secrets = new SecretApi(repository.secrets());
    this.guardrails = new GuardrailApi(repository.guardrails());
    this.users = new UserApi(repository.users());
    this.accounts = new ServiceAccountApi(repository.serviceAccounts());
    this.models = new ModelApi(repository.models());
    this.catalogVersions = new CatalogVersionApi(repository.catalogVersions());
    this.spending = new SpendingApi(repository.usage(), clock);
    this.transcripts = new TranscriptApi(repository.conversations());
    this.audit = new AuditApi(repository.auditLog());
    this.blocked = new BlockedSubjectApi(repository.blockedSubjects());
  }

  public void mount(Router router) {
    var document = new ApiDocument();
    document.mount(router);
    router.route("/v1/*").failureHandler(this::failed);
    router.route("/v1/*").handler(new BearerAuthentication(tokens, refusals));
    router.route("/v1/*").handler(RestApi::neverKept);
    new DocumentedOperations(document.json()).mount(router);
    router.route("/v1/*").handler(RestApi::readable);
    router.route("/v1/*").handler(bodies());
    providers.mount(router);
    checks.mount(router);
    secrets.mount(router);
    guardrails.mount(router);
    users.mount(router);
    accounts.mount(router);
    models.mount(router);
    catalogVersions.mount(router);
    spending.mount(router);
    transcripts.mount(router);
    audit.mount(router);
    blocked.mount(router);
    refuseOtherMethods(router);
    router.route("/v1/*").handler(ctx -> ctx.fail(404));
  }

  private void failed(RoutingContext ctx) {
    if (ctx.response().ended()) {
      return; // A body that never came to its end was given up.
    }
    if (ctx.failure() instanceof Failure failure) {
      refusals.record(ctx, BearerAuthentication.found(ctx), failure);
    }
    Problems.answer(ctx);
  }

  /** What has other methods is not a thing that does not exist. */
  private static void refuseOtherMethods(Router router) {
    Map<String, Set<String>> allowed = new TreeMap<>();
    for (Route route : router.getRoutes()) {
      String path = route.getPath();
      Set<HttpMethod> methods = route.methods();
      if (path != null && path.startsWith("/v1/") && methods != null) {
        methods.forEach(
            method -> allowed.computeIfAbsent(path, _ -> new TreeSet<>()).add(method.name()));
      }
    }
    allowed.forEach(
        (path, methods) ->
            router
                .route(path)
                .handler(
                    ctx -> {
                      ctx.response().putHeader("allow", String.join(", ", methods));
                      ctx.fail(405);
                    }));
  }

  /** Reads bodies; a price catalogue is the only thing that may be large. */
  private static Handler<RoutingContext> bodies() {
    BodyHandler usual = BodyHandler.create(false).setBodyLimit(BODY_BYTES_MAX);
    BodyHandler catalogs = BodyHandler.create(false).setBodyLimit(CATALOG_BODY_BYTES_MAX);
    return ctx ->
        (ctx.normalizedPath().equals(CatalogVersionApi.PATH) ? catalogs : usual).handle(ctx);
  }

  /** What one caller may see is no copy for the next. */
  private static void neverKept(RoutingContext ctx) {
    ctx.response().putHeader("cache-control", "no-store");
    ctx.next();
  }

  /** Refuses what nobody here could read, before the body is parsed as something else. */
  private static void readable(RoutingContext ctx) {
    var _ = ctx.queryParams(); // Throws when its escapes are broken.
    if (WITH_BODY.contains(ctx.request().method())
        && hasBody(ctx)
        && !(header(ctx, "content-type").split(";", 2)[0].strip().equals("application/json")
            && Set.of("", "identity").contains(header(ctx, "content-encoding")))) {
      throw new HttpException(415);
    }
    ctx.next();
  }

  /** What is not there is of no kind. */
  private static boolean hasBody(RoutingContext ctx) {
    return !Set.of("", "0").contains(header(ctx, "content-length"))
        || !header(ctx, "transfer-encoding").isEmpty();
  }

  private static String header(RoutingContext ctx, String name) {
    return Objects.requireNonNullElse(ctx.request().getHeader(name), "")
        .strip()
        .toLowerCase(Locale.ROOT);
  }
}
