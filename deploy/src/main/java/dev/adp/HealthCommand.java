package dev.adp;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./adp health}: whether the server with these settings is ready, by its exit code. For
 * supervisors in containers that hold no other program that could ask.
 */
final class HealthCommand {
  /**
   * A machine that is busy takes seconds to load what asks; supervisors have a limit of their own.
   */
  private static final long ANSWER_S_MAX = 10;

  private HealthCommand() {}

  /**
   * Asks each plane that this process would run.
   *
   * @throws StartFailure naming those that are not ready
   */
  static void run(Map<String, String> environment) {
    Config config = Config.of(environment, false);
    var unready = new ArrayList<String>();
    Vertx vertx = Vertx.vertx();
    try {
      for (Plane plane : planes(config)) {
        if (!isReady(vertx, config, plane.port())) {
          unready.add("%s (port %d)".formatted(plane.role().slug(), plane.port()));
        }
      }
    } finally {
      var _ = vertx.close().await();
    }
    if (!unready.isEmpty()) {
      throw new StartFailure("not ready: %s.".formatted(String.join(", ", unready)));
    }
    System.out.println("ready");
  }

  private record Plane(Config.Role role, int port) {}

  private static List<Plane> planes(Config config) {
    return List.of(
            new Plane(Config.Role.CONTROL, config.httpPort()),
            new Plane(Config.Role.GATEWAY, config.gatewayPort()))
        .stream()
        .filter(plane -> config.runs(plane.role()))
        .toList();
  }

  /** Whose certificate it is does not matter: nothing is told to whoever answers. */
  private static boolean isReady(Vertx vertx, Config config, int port) {
    boolean tls = config.tls().isPresent();
    var options = new HttpClientOptions().setSsl(tls).setTrustAll(tls).setVerifyHost(false);
    var request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host())
            .setPort(port)
            .setURI("/healthz/ready");
    HttpClient client = vertx.createHttpClient(options); // One that nobody holds closes itself.
    try {
      return client
              .request(request)
              .compose(HttpClientRequest::send)
              .map(HttpClientResponse::statusCode)
              .await(ANSWER_S_MAX, TimeUnit.SECONDS)
          == 200;
    } catch (Exception _) { // Checked ones too, which no signature tells of.
      return false;
    } finally {
      var _ = client.close();
    }
  }
}
