package dev.adp.portal;

import static dev.adp.domain.Permission.USER_CREATE;
import static dev.adp.domain.Permission.USER_UPDATE;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
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
  private static final Unsaved SENT_TWICE =
      new Unsaved(
          409,
          List.of(),
          "This user is there already, just as you have entered it: the form may have been sent"
              + " twice. A password that was made then was shown once and is not kept. If you have"
              + " not copied it, set another one below.");

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
        this::created,
        made -> {
          if (made.fresh()) {
            list(ctx, Optional.of(made.created()));
          } else {
            forms.edit(ctx, made.created().user(), SENT_TWICE);
          }
        });
  }

  /**
   * @param fresh whether it was not there already
   */
  private record Made(Users.Created created, boolean fresh) {}

  /**
   * Without script a second click sends a form again, and the browser shows the second answer only:
   * that has no password, but the way to one.
   */
  private Made created(Actor actor, UserForm form) {
    Users.Change change = form.change();
    try {
      return new Made(users.create(actor, change.draft(), change.password()), true);
    } catch (Failure.AlreadyExists taken) {
      return stored(actor, change.draft())
          .map(user -> new Made(new Users.Created(user, Optional.empty()), false))
          .orElseThrow(() -> taken);
    }
  }

  /** The user who is just so, when he may be changed. */
  private Optional<UserAccount> stored(Actor actor, UserAccount.Draft wanted) {
    try {
      return Optional.of(users.get(actor, wanted.name()))
          .filter(user -> user.draft().equals(wanted) && actor.may(USER_UPDATE));
    } catch (Failure.NotFound _) { // The e-mail address is somebody else's.
      return Optional.empty();
    }
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
