package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unauthenticated;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/** Lets a request pass when it brings a token of ours, and remembers whose it is. */
public final class BearerAuthentication implements Handler<RoutingContext> {
  private static final String ACTOR = "dev.adp.actor";
  private static final String SCHEME = "bearer ";

  private final AccessTokens tokens;

  public BearerAuthentication(AccessTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public void handle(RoutingContext ctx) {
    String header = ctx.request().getHeader("authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      ctx.fail(new Unauthenticated("send a token: \"Authorization: Bearer <token>\""));
      return;
    }
    try {
      ctx.put(ACTOR, tokens.actor(header.substring(SCHEME.length()).strip()));
      ctx.next();
    } catch (Unauthenticated e) {
      ctx.fail(e);
    }
  }

  /** Whoever sent this request; the route stands behind this handler. */
  public static Actor actor(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.get(ACTOR), "route mounted without authentication");
  }
}
