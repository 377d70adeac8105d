package dev.adp.portal;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.adp.domain.Actor;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** What a page asks of a request. Null stops here. */
record Request(RoutingContext ctx) {
  private static final String SESSION = "session";

  void enter(Session session) {
    ctx.put(SESSION, session);
  }

  boolean signedIn() {
    return ctx.get(SESSION) != null;
  }

  Session session() {
    return requireNonNull(ctx.<Session>get(SESSION), "route mounted without Sessions::require");
  }

  Optional<Actor> found() {
    return Optional.ofNullable(ctx.<Session>get(SESSION)).map(Session::actor);
  }

  Actor actor() {
    return session().actor();
  }

  /** A part of the path. */
  String path(String name) {
    return requireNonNullElse(ctx.pathParam(name), "");
  }

  String query(String name) {
    return String.join("", ctx.queryParam(name).stream().limit(1).toList())
        .replace("\0", "") // Which no text in the database has.
        .strip();
  }

  List<String> queries(String name) {
    return ctx.queryParam(name);
  }

  /** A field of a posted form; exactly as typed. */
  String raw(String name) {
    return requireNonNullElse(ctx.request().getFormAttribute(name), "");
  }

  /** A field of a posted form, without the spaces around it. */
  String field(String name) {
    return raw(name).strip();
  }

  List<String> fields(String name) {
    return ctx.request().formAttributes().getAll(name);
  }

  /** Whether a box is ticked. */
  boolean ticked(String name) {
    return ctx.request().formAttributes().contains(name);
  }

  /** Whether a script asks for the part of the page with this id. */
  boolean targets(String elementId) {
    return elementId.equals(ctx.request().getHeader("HX-Target"));
  }

  boolean fromHtmx() {
    return ctx.request().headers().contains("HX-Request");
  }

  /** Whether a script follows a link, or sends a form, as the browser would without it. */
  boolean isBoosted() {
    return ctx.request().headers().contains("HX-Boosted");
  }
}
