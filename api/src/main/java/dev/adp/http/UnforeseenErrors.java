package dev.adp.http;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nobody has foreseen: the log tells all of it under the request's id, whoever asked gets to
 * know the id.
 */
public final class UnforeseenErrors {
  private static final Logger LOG = LoggerFactory.getLogger(UnforeseenErrors.class);

  private UnforeseenErrors() {}

  /** Answers what no failure handler of a route has answered. */
  public static void mount(Router router) {
    router.errorHandler(500, UnforeseenErrors::answer);
  }

  private static void answer(RoutingContext ctx) {
    String id = log(ctx);
    if (!ctx.response().ended() && !ctx.response().headWritten()) {
      ctx.response()
          .setStatusCode(500)
          .putHeader("content-type", "text/plain; charset=utf-8")
          .end("Internal error (request %s)%n".formatted(id));
    }
  }

  /**
   * Logs why a request has failed.
   *
   * @return the id under which it did
   */
  public static String log(RoutingContext ctx) {
    String id = RequestIds.of(ctx.request());
    LOG.error(
        "{} {} failed, request {}",
        ctx.request().method(),
        ctx.normalizedPath(),
        id,
        ctx.failure());
    return id;
  }
}
