package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure;
import dev.adp.domain.Origin;
import dev.adp.domain.Permission;
import dev.adp.store.RefusalLog;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells the audit log who was turned away from one surface.
 *
 * @param surface as in {@link Origin#surface()}
 */
public record Refusals(RefusalLog log, String surface) {

  /** Where a request to this surface comes from. */
  public Origin origin(HttpServerRequest request) {
    String address = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    return new Origin(surface, Optional.ofNullable(address).orElse(""));
  }

  /**
   * Somebody may not do what he asked for, or is nobody that we know; other failures are no
   * refusals.
   */
  public void record(RoutingContext ctx, Optional<Actor> actor, Failure failure) {
    String name = actor.map(Actor::name).orElse("");
    Origin origin = origin(ctx.request());
    switch (failure) {
      case Failure.Forbidden forbidden ->
          log.refused(name, origin, action(forbidden.permission()), resource(ctx));
      // Of all that a stranger may try, it is not what he tried that matters.
      case Failure.Unauthenticated _ -> log.refused(name, origin, "authenticate", "");
      case Failure.TooManyRequests _ ->
          log.refused(name, origin, "too_many_requests", resource(ctx));
      default -> {}
    }
  }

  private static String action(Optional<Permission> permission) {
    return permission.map(lacked -> lacked.name().toLowerCase(Locale.ROOT)).orElse("forbidden");
  }

  private static String resource(RoutingContext ctx) {
    return ctx.normalizedPath().replaceFirst("^/(v1/)?", "");
  }
}
