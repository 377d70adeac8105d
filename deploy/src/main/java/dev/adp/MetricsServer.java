package dev.adp;

import dev.adp.http.ClientLimits;
import dev.adp.http.MetricsText;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Consumer;

/** Serves {@code GET /metrics}, on a port of its own that need not be open to callers. */
final class MetricsServer extends VerticleBase {
  private final String host;
  private final int port;
  private final ClientLimits limits;
  private final List<Consumer<MetricsText>> sources;

  MetricsServer(String host, int port, ClientLimits limits, List<Consumer<MetricsText>> sources) {
    this.host = host;
    this.port = port;
    this.limits = limits;
    this.sources = List.copyOf(sources);
  }

  @Override
  public Future<HttpServer> start() {
    HttpServerOptions options = limits.options(host, port);
    return vertx
        .createHttpServer(options)
        .connectionHandler(connection -> limits.connected(connection, options))
        .requestHandler(
            request -> {
              limits.received(vertx, request);
              answer(request);
            })
        .listen();
  }

  private void answer(HttpServerRequest request) {
    if (!"/metrics".equals(request.path())) {
      var _ = request.response().setStatusCode(404).end("metrics are at /metrics\n");
    } else if (!request.method().equals(HttpMethod.GET)) {
      var _ = request.response().setStatusCode(405).putHeader("allow", "GET").end();
    } else {
      var text = new MetricsText();
      sources.forEach(source -> source.accept(text));
      var _ =
          request
              .response()
              .putHeader("content-type", MetricsText.CONTENT_TYPE)
              .end(text.toString());
    }
  }
}
