package dev.adp.portal;

import static dev.adp.domain.Permission.SERVICEACCOUNT_CREATE;
import static dev.adp.domain.Permission.SERVICEACCOUNT_UPDATE;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.ResourceId;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.store.ServiceAccounts;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Machine identities. The secret of a credential is on one page, once. */
final class ServiceAccountPages implements ResourcePages {
  private static final Crumb CRUMB = new Crumb("Service Accounts", "/service-accounts");
  private static final Unsaved SENT_TWICE =
      new Unsaved(
          409,
          List.of(),
          "This service account is there already, just as you have entered it: the form may have"
              + " been sent twice. Its secret was shown once and is not kept. If you have not"
              + " copied it, add a credential below and revoke the one before.");

  private final ServiceAccounts accounts;
  private final PortalSettings settings;
  private final Views views;
  private final ResourceForms<ServiceAccount, AccountForm> forms;

  ServiceAccountPages(ServiceAccounts accounts, PortalSettings settings, Views views) {
    this.accounts = accounts;
    this.settings = settings;
    this.views = views;
    this.forms =
        new ResourceForms<>(
            views,
            new ResourceForms.Kind<>(
                "service account",
                CRUMB,
                "accounts/form",
                SERVICEACCOUNT_CREATE,
                SERVICEACCOUNT_UPDATE,
                AccountForm.LABELS,
                Map.of("roles", RoleOption.ALL),
                AccountForm.EMPTY,
                AccountForm::of,
                AccountForm::of,
                (form, newer) -> form.withEtag(newer.etag()),
                account -> account.draft().displayName(),
                account -> path(account.name())),
            request -> accounts.get(request.actor(), name(request)));
  }

  @Override
  public void index(RoutingContext ctx) {
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

  @Override
  public void blank(RoutingContext ctx) {
    forms.blank(ctx);
  }

  /** Creates the account and its first credential, and shows the secret. */
  @Override
  public void create(RoutingContext ctx) {
    forms.create(
        ctx,
        this::created,
        made ->
            detail(
                ctx,
                made.account(),
                made.credential() == null ? SENT_TWICE : Unsaved.NOT_SENT,
                made.credential()));
  }

  /**
   * @param credential null when the account was there already
   */
  private record Made(ResourceId account, ServiceAccounts.@Nullable Credential credential) {}

  /**
   * Without script a second click sends a form again, and the browser shows the second answer only:
   * that has no secret, but the way to one.
   */
  private Made created(Actor actor, AccountForm form) {
    ServiceAccount.Draft draft = form.draft();
    ResourceId name = draft.name();
    try {
      return new Made(
          name, accounts.create(actor, name, draft.displayName(), draft.role(), draft.agent()));
    } catch (Failure.AlreadyExists taken) {
      if (accounts.get(actor, name).draft().equals(draft)) {
        return new Made(name, null);
      }
      throw taken;
    }
  }

  void show(RoutingContext ctx) {
    detail(ctx, name(new Request(ctx)), Unsaved.NOT_SENT, null);
  }

  @Override
  public void edit(RoutingContext ctx) {
    forms.edit(ctx);
  }

  @Override
  public void update(RoutingContext ctx) {
    forms.update(
        ctx,
        (request, form) ->
            accounts.update(request.actor(), name(request), form.etag()::equals, _ -> form.draft()),
        saved -> {
          Flash.ACCOUNT_SAVED.leave(ctx);
          views.seeOther(ctx, path(saved.name()));
        });
  }

  void addCredential(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    Unsaved.attempt(
        Map.of(),
        () -> accounts.addCredential(request.actor(), name, Lifetime.DEFAULT),
        made -> detail(ctx, name, Unsaved.NOT_SENT, made),
        unsaved -> detail(ctx, name, unsaved, null));
  }

  void revoke(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    accounts.deleteCredential(request.actor(), name, request.path("id"));
    Flash.CREDENTIAL_REVOKED.leave(ctx);
    views.seeOther(ctx, path(name));
  }

  @Override
  public void delete(RoutingContext ctx) {
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

  private static String path(ResourceId name) {
    return "/service-accounts/" + name;
  }

  private static ResourceId name(Request request) {
    return Names.resource("service account", request.path("name"));
  }
}
