package dev.adp;

import dev.adp.Ports.Port;
import dev.adp.http.HealthRoutes;
import dev.adp.http.MetricsText;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The planes of this process, wired and running. The constructors of {@link StoreParts}, {@link
 * GatewayParts} and {@link ControlPlaneParts} are the wiring; there is no container.
 */
final class Server implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final long CLOSE_S_MAX = 20;
  private static final int INSTANCES = Runtime.getRuntime().availableProcessors();
  private static final long UNDEPLOY_SPARE_S = 30;

  private final Config config;
  private final Opened opened = new Opened();
  private final Vertx vertx;
  private final StoreParts parts;
  private volatile boolean ready;

  /**
   * Starts everything and returns once the planes answer.
   *
   * @param ports all that must be free, also for what is started later
   * @throws StartFailure when something that people can mend is in the way; nothing then keeps
   *     running
   */
  Server(Config config, Ports ports) {
    this.config = config;
    this.vertx = Vertx.builder().with(new VertxOptions().setPreferNativeTransport(true)).build();
    try {
      this.parts = start(ports);
      ready = true;
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private StoreParts start(Ports ports) {
    DataDirectory directory = opened.add(DataDirectory.open(config.dataDirectory()));
    ports.requireFree(); // Of a second start the directory has just told more.
    StoreParts store = StoreParts.open(config, directory, vertx, Clock.systemUTC(), opened);
    var health = new HealthRoutes(() -> ready);
    var metrics = new ArrayList<Consumer<MetricsText>>();
    metrics.add(new StoreMetrics(store)::write);
    metrics.add(JvmMetrics::write);
    Optional<GatewayParts> gateway =
        config.runs(Config.Role.GATEWAY)
            ? Optional.of(new GatewayParts(config, store, health, opened))
            : Optional.empty();
    gateway.ifPresent(parts -> metrics.add(parts::writeMetrics));
    deploy(
        () ->
            new MetricsServer(
                config.metricsHost(), config.metricsPort(), config.clientLimits(), metrics),
        1,
        ThreadingModel.VIRTUAL_THREAD,
        Port.metrics(config));
    if (gateway.isPresent()) {
      deploy(gateway.get().verticles(), INSTANCES, ThreadingModel.EVENT_LOOP, Port.gateway(config));
    }
    if (config.runs(Config.Role.CONTROL)) {
      deploy(
          new ControlPlaneParts(config, vertx, store, health).verticles(),
          INSTANCES,
          ThreadingModel.VIRTUAL_THREAD,
          Port.control(config));
      updateCredentials(store); // The ports are ours now.
    }
    return store;
  }

  /** A comfort for commands, and no reason not to serve. */
  private void updateCredentials(StoreParts store) {
    try {
      store.directory().updateCredentials(config);
    } catch (UncheckedIOException | StartFailure e) {
      LOG.warn("credentials.json has the URLs of an earlier start: {}", e.getMessage());
    }
  }

  private void deploy(
      Supplier<? extends VerticleBase> verticles,
      int instances,
      ThreadingModel threads,
      Port port) {
    Future<String> deployed =
        vertx.deployVerticle(
            verticles, new DeploymentOptions().setThreadingModel(threads).setInstances(instances));
    try {
      String id = deployed.await();
      opened.add(() -> vertx.undeploy(id).await(undeployMsMax(), TimeUnit.MILLISECONDS));
    } catch (Exception e) { // Checked ones too, which no signature tells of.
      throw Ports.startFailure(e, port);
    }
  }

  private long undeployMsMax() {
    return config.gatewayLimits().shutdownMs() + TimeUnit.SECONDS.toMillis(UNDEPLOY_SPARE_S);
  }

  StoreParts parts() {
    return parts;
  }

  Vertx vertx() {
    return vertx;
  }

  /**
   * Stops in order: balancers hear of it, no more calls, then what they left is stored, then the
   * database.
   */
  @Override
  public void close() {
    if (ready) {
      ready = false;
      announce();
    }
    opened.close();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_S_MAX, TimeUnit.SECONDS);
    } catch (Exception e) {
      LOG.warn("did not stop cleanly", e);
    }
  }

  /** Calls are still served while those who send them learn from the readiness to stop. */
  private void announce() {
    LOG.debug("stopping: not ready any more");
    try {
      TimeUnit.MILLISECONDS.sleep(config.shutdownAnnounce().toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
