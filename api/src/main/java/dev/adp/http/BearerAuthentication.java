package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Lets a request pass when it brings a token of ours, and remembers whose it is. */
public final class BearerAuthentication implements Handler<RoutingContext> {
  private static final String ACTOR = "dev.adp.actor";
  private static final String SCHEME = "bearer ";

  private final AccessTokens tokens;
  private final Refusals refusals;

  public BearerAuthentication(AccessTokens tokens, Refusals refusals) {
    this.tokens = tokens;
    this.refusals = refusals;
  }

  @Override
  public void handle(RoutingContext ctx) {
    String header = ctx.request().getHeader("authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      ctx.fail(new Unauthenticated("send a token: \"Authorization: Bearer <token>\""));
      return;
    }
    try {
      Actor actor = tokens.actor(header.substring(SCHEME.length()).strip());
      ctx.put(ACTOR, actor.from(refusals.origin(ctx.request())));
      ctx.next();
    } catch (Unauthenticated e) {
      ctx.fail(e);
    }
  }

  /** Whoever sent this request; the route stands behind this handler. */
  public static Actor actor(RoutingContext ctx) {
    return found(ctx)
        .orElseThrow(() -> new IllegalStateException("route mounted without authentication"));
  }

  /** Whoever sent this request, if he is known. */
  public static Optional<Actor> found(RoutingContext ctx) {
    return Optional.ofNullable(ctx.get(ACTOR));
  }
}
