package dev.adp.portal;

import static dev.adp.domain.Permission.USER_CREATE;
import static dev.adp.domain.Permission.USER_UPDATE;

import dev.adp.domain.ResourceId;
import dev.adp.domain.UserAccount;
import dev.adp.store.Users;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** People of the built-in directory. */
final class UserPages implements ResourcePages {
  private static final Crumb CRUMB = new Crumb("Users", "/users");

  private final Users users;
  private final Views views;
  private final ResourceForms<UserAccount, UserForm> forms;

  UserPages(Users users, Views views) {
    this.users = users;
    this.views = views;
    this.forms =
        new ResourceForms<>(
            views,
            new ResourceForms.Kind<>(
                "user",
                CRUMB,
                "users/form",
                USER_CREATE,
                USER_UPDATE,
                UserForm.LABELS,
                Map.of("roles", RoleOption.ALL),
                UserForm.EMPTY,
                UserForm::of,
                UserForm::of,
                (form, newer) -> form.withEtag(newer.etag()),
                user -> user.name().value(),
                user -> "/users/" + user.name()),
            request -> users.get(request.actor(), name(request)));
  }

  @Override
  public void index(RoutingContext ctx) {
    list(ctx, Optional.empty());
  }

  /**
   * @param made a user who was created just now; his password is shown once
   */
  private void list(RoutingContext ctx, Optional<Users.Created> made) {
    var request = new Request(ctx);
    var slice = users.list(request.actor(), Cursor.ROWS_MAX, Cursor.of(request));
    var page = new HashMap<String, Object>();
    page.put("users", slice.rows());
    page.put("next", Cursor.next("/users", slice.next()));
    page.put("crumbs", Crumb.NONE);
    made.ifPresent(
        created -> {
          page.put("made", created.user());
          created.generatedPassword().ifPresent(password -> page.put("password", password));
          ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        });
    views.page(ctx, 200, "users/index", page);
  }

  @Override
  public void blank(RoutingContext ctx) {
    forms.blank(ctx);
  }

  @Override
  public void create(RoutingContext ctx) {
    forms.create(
        ctx,
        (actor, form) -> {
          Users.Change change = form.change();
          return users.create(actor, change.draft(), change.password());
        },
        made -> list(ctx, Optional.of(made)));
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
            users.update(request.actor(), name(request), form.etag()::equals, _ -> form.change()),
        _ -> {
          Flash.USER_SAVED.leave(ctx);
          views.seeOther(ctx, "/users");
        });
  }

  @Override
  public void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    if (!request.field("confirm").equals(name.value())) {
      var wrong =
          List.of(new Problem("confirm", "Name", "must be " + name + " to delete this user"));
      forms.edit(ctx, new Unsaved(422, wrong, ""));
      return;
    }
    Unsaved.attempt(
        Map.of(),
        () -> {
          users.delete(request.actor(), name, _ -> true);
          return name;
        },
        _ -> {
          Flash.USER_DELETED.leave(ctx);
          views.seeOther(ctx, "/users");
        },
        unsaved -> forms.edit(ctx, unsaved));
  }

  private static ResourceId name(Request request) {
    return Names.resource("user", request.path("name"));
  }
}
