package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.Permission;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The form of one kind of resource: blank, with what is stored, or again with what was wrong.
 *
 * @param <T> what is stored
 * @param <F> what a person typed, right or wrong
 */
final class ResourceForms<T, F> {

  /**
   * What the kinds do not share.
   *
   * @param noun as buttons and titles have it
   * @param list where the kind's list is
   * @param labels of the fields, by their names in the API
   * @param choices what selectors of the form offer
   * @param typed reads a form that was sent
   * @param filled a form that says what is stored
   * @param refreshed the same form, ready to replace what is stored now
   * @param title of what is stored
   * @param page where a stored one is shown
   */
  record Kind<T, F>(
      String noun,
      Crumb list,
      String template,
      Permission create,
      Permission update,
      Map<String, String> labels,
      Map<String, Object> choices,
      F blank,
      Function<Request, F> typed,
      Function<T, F> filled,
      BiFunction<F, T, F> refreshed,
      Function<T, String> title,
      Function<T, String> page) {}

  private final Views views;
  private final Kind<T, F> kind;
  private final Function<Request, T> stored;

  /**
   * @param stored finds what a request is about
   */
  ResourceForms(Views views, Kind<T, F> kind, Function<Request, T> stored) {
    this.views = views;
    this.kind = kind;
    this.stored = stored;
  }

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(kind.create());
    show(ctx, kind.blank(), Optional.empty(), Unsaved.NOT_SENT);
  }

  <R> void create(RoutingContext ctx, BiFunction<Actor, F, R> save, Consumer<R> then) {
    var request = new Request(ctx);
    request.actor().require(kind.create());
    F form = kind.typed().apply(request);
    Unsaved.attempt(
        kind.labels(),
        () -> save.apply(request.actor(), form),
        then,
        unsaved -> show(ctx, form, Optional.empty(), unsaved));
  }

  void edit(RoutingContext ctx) {
    edit(ctx, Unsaved.NOT_SENT);
  }

  /** What is stored, with why something else was not done to it. */
  void edit(RoutingContext ctx, Unsaved unsaved) {
    edit(ctx, stored.apply(new Request(ctx)), unsaved);
  }

  /** The same of one that the address does not name. */
  void edit(RoutingContext ctx, T found, Unsaved unsaved) {
    new Request(ctx).actor().require(kind.update());
    show(ctx, kind.filled().apply(found), Optional.of(found), unsaved);
  }

  <R> void update(RoutingContext ctx, BiFunction<Request, F, R> save, Consumer<R> then) {
    var request = new Request(ctx);
    request.actor().require(kind.update());
    F form = kind.typed().apply(request);
    Unsaved.attempt(
        kind.labels(),
        () -> save.apply(request, form),
        then,
        unsaved -> {
          T newer = stored.apply(request);
          show(ctx, kind.refreshed().apply(form, newer), Optional.of(newer), unsaved);
        });
  }

  private void show(RoutingContext ctx, F form, Optional<T> found, Unsaved unsaved) {
    String path = found.map(kind.page()).orElse(kind.list().href());
    var page = new HashMap<String, Object>(kind.choices());
    page.put("form", form);
    page.put("unsaved", unsaved);
    page.put("errors", unsaved.errors());
    page.put("editing", found.isPresent());
    page.put("title", found.map(kind.title()).map("Edit "::concat).orElse("Create " + kind.noun()));
    page.put("action", path);
    page.put("cancel", path);
    page.put("crumbs", List.of(kind.list()));
    views.page(ctx, unsaved.status(), kind.template(), page);
  }
}
