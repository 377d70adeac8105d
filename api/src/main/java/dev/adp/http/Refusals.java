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
 * @param proxies whose word on where a request comes from is believed
 */
public record Refusals(RefusalLog log, String surface, TrustedProxies proxies) {

  /** For a surface that clients reach without a proxy. */
  public Refusals(RefusalLog log, String surface) {
    this(log, surface, TrustedProxies.NONE);
  }

  /** Where a request to this surface comes from. */
  public Origin origin(HttpServerRequest request) {
    return new Origin(surface, proxies.address(request));
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
      // Of all that a stranger may try only what is there is named: anything else, a password typed
      // in the wrong place for one, stays out of the log.
      case Failure.Unauthenticated unknown ->
          log.refused(name, origin, "authenticate", unknown.of());
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
