package dev.adp.e2e;

import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends calls to the gateways that are ready, in turns, and sends none twice: what a balancer that
 * asks for readiness does.
 */
final class Balancer implements AutoCloseable {
  private static final long PAUSE_NANOS = 20_000_000;

  private final List<Target> targets;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile boolean closed;

  private static final class Target {
    private final Program gateway;
    private final Calls calls;
    private volatile boolean ready;

    Target(Program gateway, Calls calls) {
      this.gateway = gateway;
      this.calls = calls;
    }
  }

  Balancer(String token, List<Program> gateways) {
    targets =
        gateways.stream()
            .map(each -> new Target(each, new Calls(each.gateway(), token, Fleet.PROVIDER)))
            .toList();
    targets.forEach(target -> target.ready = isReady(target));
    Thread _ = Thread.ofPlatform().daemon().start(this::watch);
  }

  private void watch() {
    while (!closed) {
      targets.forEach(target -> target.ready = isReady(target));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean isReady(Target target) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(target.gateway.gateway().resolve("/healthz/ready")).build();
      return Rest.send(request).statusCode() == 200;
    } catch (UncheckedIOException _) {
      return false; // Nobody listens.
    }
  }

  /** How many gateways are ready. */
  long ready() {
    return targets.stream().filter(target -> target.ready).count();
  }

  /** The way to the gateway whose turn it is. */
  Calls next() {
    List<Target> ready = targets.stream().filter(target -> target.ready).toList();
    if (ready.isEmpty()) {
      throw new AssertionError("no gateway is ready");
    }
    return ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())).calls;
  }

  @Override
  public void close() {
    closed = true;
  }
}
