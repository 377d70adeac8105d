package dev.adp.portal;

import static dev.adp.domain.Permission.SERVICEACCOUNT_CREATE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_UPDATE;

import dev.adp.domain.ResourceId;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.store.ServiceAccounts;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Machine identities. The secret of a credential is on one page, once. */
final class ServiceAccountPages {
  private static final Crumb CRUMB = new Crumb("Service Accounts", "/service-accounts");

  private final ServiceAccounts accounts;
  private final PortalSettings settings;
  private final Views views;

  ServiceAccountPages(ServiceAccounts accounts, PortalSettings settings, Views views) {
    this.accounts = accounts;
    this.settings = settings;
    this.views = views;
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    var slice = accounts.list(request.actor(), Cursor.ROWS_MAX, Cursor.of(request));
    views.page(
        ctx,
        200,
        "accounts/index",
        Map.of(
            "accounts",
            slice.rows(),
            "next",
            Cursor.next("/service-accounts", slice.next()),
            "crumbs",
            Crumb.NONE));
  }

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(SERVICEACCOUNT_CREATE);
    form(ctx, AccountForm.EMPTY, Optional.empty(), Unsaved.NOT_SENT);
  }

  /** Creates the account and its first credential, and shows the secret. */
  void create(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SERVICEACCOUNT_CREATE);
    var form = AccountForm.of(request);
    var made = new ArrayList<ServiceAccounts.Credential>();
    Unsaved.attempt(
            AccountForm.LABELS,
            () -> {
              ServiceAccount.Draft draft = form.draft();
              made.add(
                  accounts.create(
                      request.actor(),
                      draft.name(),
                      draft.displayName(),
                      draft.role(),
                      draft.agent()));
            })
        .ifPresentOrElse(
            unsaved -> form(ctx, form, Optional.empty(), unsaved),
            () -> detail(ctx, new ResourceId(form.name()), Unsaved.NOT_SENT, made.getFirst()));
  }

  void show(RoutingContext ctx) {
    detail(ctx, name(new Request(ctx)), Unsaved.NOT_SENT, null);
  }

  void edit(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SERVICEACCOUNT_UPDATE);
    ServiceAccount stored = accounts.get(request.actor(), name(request));
    form(ctx, AccountForm.of(stored), Optional.of(stored), Unsaved.NOT_SENT);
  }

  void update(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SERVICEACCOUNT_UPDATE);
    ResourceId name = name(request);
    var form = AccountForm.of(request);
    Unsaved.attempt(
            AccountForm.LABELS,
            () -> accounts.update(request.actor(), name, form.etag()::equals, _ -> form.draft()))
        .ifPresentOrElse(
            unsaved -> {
              ServiceAccount stored = accounts.get(request.actor(), name);
              form(ctx, form.withEtag(stored.etag()), Optional.of(stored), unsaved);
            },
            () -> {
              Flash.ACCOUNT_SAVED.leave(ctx);
              views.seeOther(ctx, path(name));
            });
  }

  void addCredential(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    var made = new ArrayList<ServiceAccounts.Credential>();
    Unsaved.attempt(
            Map.of(),
            () -> made.add(accounts.addCredential(request.actor(), name, Lifetime.DEFAULT)))
        .ifPresentOrElse(
            unsaved -> detail(ctx, name, unsaved, null),
            () -> detail(ctx, name, Unsaved.NOT_SENT, made.getFirst()));
  }

  void revoke(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    accounts.deleteCredential(request.actor(), name, request.path("id"));
    Flash.CREDENTIAL_REVOKED.leave(ctx);
    views.seeOther(ctx, path(name));
  }

  void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    if (!request.field("confirm").equals(name.value())) {
      var wrong = List.of(new Problem("confirm", "Name", "must be " + name + " to delete it"));
      detail(ctx, name, new Unsaved(422, wrong, ""), null);
      return;
    }
    accounts.delete(request.actor(), name, _ -> true);
    Flash.ACCOUNT_DELETED.leave(ctx);
    views.seeOther(ctx, "/service-accounts");
  }

  /**
   * @param made a new credential, whose secret is shown now and never again
   */
  private void detail(
      RoutingContext ctx,
      ResourceId name,
      Unsaved unsaved,
      ServiceAccounts.@Nullable Credential made) {
    ServiceAccount account = accounts.get(new Request(ctx).actor(), name);
    var page = new HashMap<String, Object>();
    page.put("title", account.draft().displayName());
    page.put("account", account);
    page.put("unsaved", unsaved);
    page.put("errors", unsaved.errors());
    page.put("tokenUrl", settings.tokenUrl());
    page.put("crumbs", List.of(CRUMB));
    if (made != null) {
      page.put("made", made);
      ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    views.page(ctx, unsaved.status(), "accounts/show", page);
  }

  private void form(
      RoutingContext ctx, AccountForm form, Optional<ServiceAccount> stored, Unsaved unsaved) {
    var page = new HashMap<String, Object>();
    page.put("form", form);
    page.put("unsaved", unsaved);
    page.put("errors", unsaved.errors());
    page.put("roles", RoleOption.ALL);
    page.put("editing", stored.isPresent());
    page.put(
        "title",
        stored
            .map(account -> "Edit " + account.draft().displayName())
            .orElse("Create service account"));
    String path = stored.map(account -> path(account.name())).orElse("/service-accounts");
    page.put("action", path);
    page.put("cancel", path);
    page.put("crumbs", List.of(CRUMB));
    views.page(ctx, unsaved.status(), "accounts/form", page);
  }

  private static String path(ResourceId name) {
    return "/service-accounts/" + name;
  }

  private static ResourceId name(Request request) {
    return Names.resource("service account", request.path("name"));
  }
}
