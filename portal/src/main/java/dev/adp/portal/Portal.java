package dev.adp.portal;

import dev.adp.domain.ConnectionTest;
import dev.adp.http.Refusals;
import dev.adp.store.PortalSessions;
import dev.adp.store.Repository;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of the control plane.
 *
 * <p>Its handlers wait for the database: the router must run on virtual threads.
 */
public final class Portal {
  private static final int FORM_BYTES_MAX = 1 << 20;

  /**
   * A box and five rates for each of the thousand models that a provider may have, and the rest.
   */
  private static final int FORM_FIELDS_MAX = 8_192;

  private static final String PROVIDER = "/providers/:name";
  private static final String ACCOUNT = "/service-accounts/:name";

  private final Assets assets = new Assets();
  private final Views views;
  private final Sessions sessions;
  private final AccountPages account;
  private final OidcPages oidc;
  private final ErrorPages errors;
  private final ProviderPages providers;
  private final ProviderDetail detail;
  private final ProviderFormPages providerForms;
  private final ConnectPages connect;
  private final SecretPages secrets;
  private final GuardrailPages guardrails;
  private final ServiceAccountPages accounts;
  private final UserPages users;
  private final CostPages costs;
  private final TranscriptPages transcripts;
  private final AuditPages audit;
  private final CatalogPages catalog;

  public Portal(
      PortalSettings settings,
      Repository repository,
      ConnectionTest connections,
      PortalSessions sessions,
      Optional<ExternalSignIn> external,
      Refusals refusals,
      Clock clock) {
    var format = new Format(clock);
    this.views = new Views(assets.base(), format);
    this.sessions = new Sessions(sessions, external, views, refusals);
    this.oidc = new OidcPages(external, this.sessions, views, refusals);
    this.account = new AccountPages(sessions, this.sessions, views, refusals);
    this.errors = new ErrorPages(views, refusals);
    this.providers = new ProviderPages(settings, repository, views, format);
    this.detail = new ProviderDetail(settings, repository, connections, views, format);
    this.providerForms = new ProviderFormPages(settings, repository, views, format);
    this.connect = new ConnectPages(settings, repository, views);
    this.secrets = new SecretPages(repository.secrets(), views, format);
    this.guardrails = new GuardrailPages(repository.guardrails(), views);
    this.accounts = new ServiceAccountPages(repository.serviceAccounts(), settings, views);
    this.users = new UserPages(repository.users(), views);
    this.costs = new CostPages(repository.usage(), views, format, clock);
    this.transcripts = new TranscriptPages(repository.conversations(), views);
    this.audit = new AuditPages(repository.auditLog(), views);
    this.catalog = new CatalogPages(repository.catalogVersions(), views);
  }

  /** What the forms need of the server that the pages are mounted on. */
  public static HttpServerOptions withForms(HttpServerOptions options) {
    return options.setMaxFormFields(FORM_FIELDS_MAX).setMaxFormAttributeSize(FORM_BYTES_MAX);
  }

  /** Adds the pages to a router; what it holds already comes first. */
  public void mount(Router router) {
    router.route().handler(new SecurityHeaders());
    router.get("/assets/*").handler(assets);
    mountSession(router);
    mountProviders(router);
    mountSecrets(router);
    mountResource(router, "/guardrails", guardrails);
    page(router, "/guardrails/:name", guardrails::show);
    mountResource(router, "/service-accounts", accounts);
    page(router, ACCOUNT, accounts::show);
    change(router, "/service-accounts/:name/credentials", accounts::addCredential);
    change(router, "/service-accounts/:name/credentials/:id/revoke", accounts::revoke);
    mountResource(router, "/users", users);
    page(router, CostView.PATH, costs::index);
    page(router, CostView.CSV, costs::download);
    page(router, "/transcripts", transcripts::index);
    page(router, "/transcripts/:id", transcripts::show);
    page(router, "/transcripts/:id/turns/:turn/:side", transcripts::messages);
    page(router, "/audit-log", audit::index);
    page(router, "/catalog", catalog::index);
    change(router, "/catalog/:id/approve", catalog::approve);
    mountReturns(router);
    read(router, "/docs/api").handler(this::apiReference).failureHandler(errors);
    page(router, "/", this::home);
    router.get().last().handler(this::unknown).failureHandler(errors);
  }

  private void mountSession(Router router) {
    read(router, "/sign-in").handler(sessions::signInPage).failureHandler(errors);
    router.post("/sign-in").handler(form()).handler(sessions::signIn).failureHandler(errors);
    read(router, "/sign-in/oidc/start").handler(oidc::start).failureHandler(errors);
    read(router, "/sign-in/oidc").handler(oidc::callback).failureHandler(errors);
    change(router, "/sign-out", sessions::signOut);
    page(router, "/account/password", account::password);
    change(router, "/account/password", account::changePassword);
    change(router, "/theme", this::theme);
  }

  /**
   * Addresses that only take forms. A form that is answered with a page leaves its address in the
   * browser, and a reload or a way back then asks for that with GET: it gets the page of the form.
   */
  private void mountReturns(Router router) {
    Map.ofEntries(
            Map.entry("/sign-out", "/"),
            Map.entry("/theme", "/"),
            Map.entry(PROVIDER + "/enable", PROVIDER),
            Map.entry(PROVIDER + "/disable", PROVIDER),
            Map.entry(PROVIDER + "/test", PROVIDER),
            Map.entry(PROVIDER + "/delete", PROVIDER),
            Map.entry("/guardrails/:name/delete", "/guardrails/:name"),
            Map.entry(ACCOUNT + "/credentials", ACCOUNT),
            Map.entry(ACCOUNT + "/credentials/:id/revoke", ACCOUNT),
            Map.entry(ACCOUNT + "/delete", ACCOUNT),
            Map.entry("/users/:name", "/users/:name/edit"),
            Map.entry("/users/:name/delete", "/users/:name/edit"),
            Map.entry("/catalog/:id/approve", "/catalog"))
        .forEach((path, page) -> page(router, path, ctx -> returnTo(ctx, page)));
  }

  private void returnTo(RoutingContext ctx, String page) {
    String name = Cursor.encoded(new Request(ctx).path("name"));
    views.seeOther(ctx, page.replace(":name", name));
  }

  private void mountProviders(Router router) {
    page(router, "/providers", providers::index);
    page(router, "/providers/-/new", providerForms::blank);
    page(router, PROVIDER, detail::show);
    page(router, "/providers/:name/connect", connect::show);
    page(router, "/providers/:name/edit", providerForms::edit);
    change(router, "/providers", providerForms::create);
    change(router, PROVIDER, providerForms::update);
    change(router, "/providers/:name/enable", providers::enable);
    change(router, "/providers/:name/disable", providers::disable);
    change(router, "/providers/:name/test", detail::test);
    change(router, "/providers/:name/delete", detail::delete);
  }

  private void mountSecrets(Router router) {
    page(router, "/secrets", secrets::index);
    page(router, "/secrets/-/new", secrets::blank);
    page(router, "/secrets/:name/rotate", secrets::rotation);
    page(router, "/secrets/:name/delete", secrets::deletion);
    change(router, "/secrets", secrets::create);
    change(router, "/secrets/:name/rotate", secrets::rotate);
    change(router, "/secrets/:name/delete", secrets::delete);
  }

  private void mountResource(Router router, String path, ResourcePages pages) {
    page(router, path, pages::index);
    page(router, path + "/-/new", pages::blank);
    page(router, path + "/:name/edit", pages::edit);
    change(router, path, pages::create);
    change(router, path + "/:name", pages::update);
    change(router, path + "/:name/delete", pages::delete);
  }

  /** A page for signed-in users. */
  private void page(Router router, String path, Handler<RoutingContext> page) {
    read(router, path).handler(sessions::require).handler(page).failureHandler(errors);
  }

  /** What a form of such a page does. */
  private void change(Router router, String path, Handler<RoutingContext> action) {
    router
        .post(path)
        .handler(form())
        .handler(sessions::require)
        .handler(sessions::requireOwnForm)
        .handler(action)
        .failureHandler(errors);
  }

  private static Route read(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  private static BodyHandler form() {
    return BodyHandler.create(false).setBodyLimit(FORM_BYTES_MAX);
  }

  private void theme(RoutingContext ctx) {
    var request = new Request(ctx);
    Theme chosen = request.field("theme").equals(Theme.DARK.slug()) ? Theme.DARK : Theme.LIGHT;
    chosen.remember(ctx);
    views.seeOther(ctx, Sessions.local(request.field("back")));
  }

  /** The first page that this user may see. */
  private void home(RoutingContext ctx) {
    views.seeOther(ctx, new Can(new Request(ctx).actor()).firstPage());
  }

  /** For anybody, like the document that it shows. */
  private void apiReference(RoutingContext ctx) {
    sessions.optional(ctx);
    views.page(ctx, 200, "api", Map.of("api", ApiReference.shipped(), "crumbs", List.<Crumb>of()));
  }

  /** For people only: a program that asks for what does not exist gets the router's own 404. */
  private void unknown(RoutingContext ctx) {
    String accept = ctx.request().getHeader("accept");
    if (accept != null
        && accept.contains("text/html")
        && !ctx.normalizedPath().startsWith("/v1/")) {
      sessions.optional(ctx);
      errors.notFound(ctx);
    } else {
      ctx.next();
    }
  }
}
