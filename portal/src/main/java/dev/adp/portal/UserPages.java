package dev.adp.portal;

import static dev.adp.domain.Permission.USER_CREATE;
import static dev.adp.domain.Permission.USER_UPDATE;

import dev.adp.domain.ResourceId;
import dev.adp.domain.UserAccount;
import dev.adp.store.Users;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** People of the built-in directory. */
final class UserPages {
  private static final Crumb CRUMB = new Crumb("Users", "/users");

  private final Users users;
  private final Views views;

  UserPages(Users users, Views views) {
    this.users = users;
    this.views = views;
  }

  void index(RoutingContext ctx) {
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

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(USER_CREATE);
    form(ctx, UserForm.EMPTY, Optional.empty(), Unsaved.NOT_SENT);
  }

  void create(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(USER_CREATE);
    var form = UserForm.of(request);
    var made = new ArrayList<Users.Created>();
    Unsaved.attempt(
            UserForm.LABELS,
            () -> {
              Users.Change change = form.change();
              made.add(users.create(request.actor(), change.draft(), change.password()));
            })
        .ifPresentOrElse(
            unsaved -> form(ctx, form, Optional.empty(), unsaved),
            () -> list(ctx, Optional.of(made.getFirst())));
  }

  void edit(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(USER_UPDATE);
    UserAccount stored = users.get(request.actor(), name(request));
    form(ctx, UserForm.of(stored), Optional.of(stored), Unsaved.NOT_SENT);
  }

  void update(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(USER_UPDATE);
    ResourceId name = name(request);
    var form = UserForm.of(request);
    Unsaved.attempt(
            UserForm.LABELS,
            () -> users.update(request.actor(), name, form.etag()::equals, _ -> form.change()))
        .ifPresentOrElse(
            unsaved -> {
              UserAccount stored = users.get(request.actor(), name);
              form(ctx, form.withEtag(stored.etag()), Optional.of(stored), unsaved);
            },
            () -> {
              Flash.USER_SAVED.leave(ctx);
              views.seeOther(ctx, "/users");
            });
  }

  void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    ResourceId name = name(request);
    var confirmed =
        request.field("confirm").equals(name.value())
            ? Unsaved.attempt(Map.of(), () -> users.delete(request.actor(), name, _ -> true))
            : Optional.of(
                new Unsaved(
                    422,
                    List.of(new Problem("confirm", "Name", "must be " + name + " to delete him")),
                    ""));
    confirmed.ifPresentOrElse(
        unsaved -> {
          UserAccount stored = users.get(request.actor(), name);
          form(ctx, UserForm.of(stored), Optional.of(stored), unsaved);
        },
        () -> {
          Flash.USER_DELETED.leave(ctx);
          views.seeOther(ctx, "/users");
        });
  }

  private void form(
      RoutingContext ctx, UserForm form, Optional<UserAccount> stored, Unsaved unsaved) {
    var page = new HashMap<String, Object>();
    page.put("form", form);
    page.put("unsaved", unsaved);
    page.put("errors", unsaved.errors());
    page.put("roles", RoleOption.ALL);
    page.put("editing", stored.isPresent());
    page.put("title", stored.map(user -> "Edit " + user.name()).orElse("Create user"));
    page.put("action", stored.map(user -> "/users/" + user.name()).orElse("/users"));
    page.put("crumbs", List.of(CRUMB));
    views.page(ctx, unsaved.status(), "users/form", page);
  }

  private static ResourceId name(Request request) {
    return Names.resource("user", request.path("name"));
  }
}
