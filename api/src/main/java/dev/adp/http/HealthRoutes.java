package dev.adp.http;

import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;

/** Whether this process is alive, and whether it should be sent calls. */
public final class HealthRoutes {
  private final BooleanSupplier ready;

  public HealthRoutes(BooleanSupplier ready) {
    this.ready = ready;
  }

  public void mount(Router router) {
    router.get("/healthz/live").handler(ctx -> ctx.end("alive\n"));
    router
        .get("/healthz/ready")
        .handler(
            ctx -> {
              boolean now = ready.getAsBoolean();
              ctx.response().setStatusCode(now ? 200 : 503).end(now ? "ready\n" : "not ready\n");
            });
  }
}
