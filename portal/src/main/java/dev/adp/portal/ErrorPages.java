package dev.adp.portal;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.Permission;
import dev.adp.domain.Role;
import dev.adp.http.Refusals;
import dev.adp.http.UnforeseenErrors;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What people see when a page cannot be shown. Only what we said ourselves is repeated to them. */
final class ErrorPages implements Handler<RoutingContext> {
  private static final List<Crumb> BACK = List.of(Crumb.START);

  private final Views views;
  private final Refusals refusals;

  ErrorPages(Views views, Refusals refusals) {
    this.views = views;
    this.refusals = refusals;
  }

  /** A signed-in user asks for an address that does not exist. */
  void notFound(RoutingContext ctx) {
    page(ctx, 404, "Page not found", "There is nothing at this address.", "");
  }

  @Override
  public void handle(RoutingContext ctx) {
    @Nullable Throwable thrown = ctx.failure();
    if (ctx.response().ended()) {
      return;
    }
    if (ctx.response().headWritten()) { // Half a file must not look like a whole one.
      ctx.request().connection().close();
      return;
    }
    if (thrown instanceof Failure failure) {
      refusals.record(ctx, new Request(ctx).found(), failure);
      refuse(ctx, failure);
    } else if (ctx.statusCode() == 413) {
      page(ctx, 413, "Too much data", "The form holds more than 1 MiB.", "");
    } else if (ctx.statusCode() >= 400 && ctx.statusCode() < 500) {
      page(ctx, ctx.statusCode(), "Request not understood", "Go back and try again.", "");
    } else {
      page(
          ctx,
          500,
          "Something went wrong",
          "The request was not carried out. The log of this server says more under the reference.",
          UnforeseenErrors.log(ctx));
    }
  }

  private void refuse(RoutingContext ctx, Failure failure) {
    String text = failure.text();
    switch (failure) {
      case Failure.Invalid _ -> page(ctx, 422, "Request not understood", text, "");
      case Failure.Unauthenticated _ -> views.seeOther(ctx, "/sign-in");
      case Failure.Disabled _ -> page(ctx, 409, "Disabled", text, "");
      case Failure.Forbidden forbidden ->
          page(ctx, 403, "Not allowed", help(forbidden, new Request(ctx).found()), "");
      case Failure.NotFound _ -> page(ctx, 404, "Not found", text, "");
      case Failure.AlreadyExists _, Failure.Conflict _ ->
          page(ctx, 409, "Conflict with the current state", text, "");
      case Failure.PreconditionFailed _ -> page(ctx, 412, "Changed meanwhile", text, "");
      case Failure.Unavailable _ -> {
        ctx.response()
            .putHeader("retry-after", String.valueOf(Failure.Unavailable.RETRY_AFTER.toSeconds()));
        page(
            ctx,
            503,
            "Not available at the moment",
            text + " Try again in a few seconds.",
            UnforeseenErrors.log(ctx));
      }
      case Failure.TooManyRequests later -> {
        ctx.response().putHeader("retry-after", String.valueOf(later.retryAfter().toSeconds()));
        page(ctx, 429, "Too many requests", text, "");
      }
    }
  }

  /** Whoever lacks a permission is told the role to ask for. */
  private static String help(Failure.Forbidden forbidden, Optional<Actor> actor) {
    return forbidden
        .permission()
        .map(
            lacked ->
                "Your account %s. Ask an administrator for a role that also has it: %s is the least."
                    .formatted(forbidden.text(), leastRole(lacked, actor)))
        .orElse(forbidden.text());
  }

  /**
   * The smallest that has it; of a user of ours, who has only one role, beside all that he may do
   * already. Roles of the issuer add up.
   */
  private static String leastRole(Permission permission, Optional<Actor> actor) {
    Set<Permission> wanted = EnumSet.of(permission);
    actor
        .filter(who -> !who.name().startsWith(Actor.EXTERNAL))
        .ifPresent(who -> wanted.addAll(who.permissions()));
    return Stream.of(Role.values())
        .filter(role -> role.permissions().containsAll(wanted))
        .min(Comparator.comparingInt(role -> role.permissions().size()))
        .orElseThrow() // An administrator has them all.
        .displayName();
  }

  private void page(RoutingContext ctx, int status, String title, String text, String reference) {
    views.page(
        ctx,
        status,
        "error",
        Map.of("title", title, "text", text, "crumbs", BACK, "reference", reference));
  }
}
