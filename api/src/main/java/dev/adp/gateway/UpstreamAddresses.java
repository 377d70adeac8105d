package dev.adp.gateway;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.NameResolver;
import dev.adp.domain.UpstreamCheck;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the address of an upstream and checks it: what was checked is what is connected to, so a
 * name that points elsewhere a moment later gains nothing. For the sole use of one event loop.
 */
final class UpstreamAddresses {
  private static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();

  /** Long enough for a burst of calls to ask a broken name server once. */
  private static final long FAILED_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int PLACES_MAX = 10_000;

  private final Vertx vertx;
  private final AddressPolicy policy;
  private final NameResolver resolver;
  private final Map<Place, Known> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Known> eldest) {
          return size() > PLACES_MAX;
        }
      };

  UpstreamAddresses(Vertx vertx, UpstreamCheck check) {
    this.vertx = vertx;
    this.policy = check.policy();
    this.resolver = check.resolver();
  }

  private record Place(String host, int port) {}

  /**
   * What is known of a place.
   *
   * @param address the checked one, or why there is none; while it is looked for, all calls wait
   *     for the one answer
   */
  private record Known(Future<SocketAddress> address, long untilNanos) {
    boolean isFresh() {
      return !address.isComplete() || untilNanos - System.nanoTime() > 0;
    }
  }

  /**
   * An address of the host that may be connected to.
   *
   * @return fails with {@link UnknownHostException}, or with {@link Conflict} and the reason when
   *     no address of the host is allowed
   */
  Future<SocketAddress> find(String host, int port) {
    var place = new Place(host, port);
    Known cached = known.get(place);
    if (cached != null && cached.isFresh()) {
      return cached.address();
    }
    Future<SocketAddress> address =
        resolved(host).compose(addresses -> allowed(host, port, addresses));
    known.put(place, new Known(address, System.nanoTime()));
    return address.onComplete(
        found -> {
          long nanos = found.succeeded() ? FRESH_NANOS : FAILED_NANOS;
          known.put(place, new Known(address, System.nanoTime() + nanos));
        });
  }

  private Future<List<InetAddress>> resolved(String host) {
    Promise<List<InetAddress>> resolved = Promise.promise();
    Context context = vertx.getOrCreateContext();
    Thread.ofPlatform().name("adp-resolve").daemon().start(() -> resolve(host, context, resolved));
    return resolved.future();
  }

  private void resolve(String host, Context context, Promise<List<InetAddress>> resolved) {
    try {
      List<InetAddress> addresses = resolver.resolve(host);
      context.runOnContext(_ -> resolved.complete(addresses));
    } catch (UnknownHostException | RuntimeException e) {
      context.runOnContext(_ -> resolved.fail(e));
    }
  }

  private Future<SocketAddress> allowed(String host, int port, List<InetAddress> addresses) {
    Optional<String> refusal = Optional.empty();
    for (InetAddress address : addresses) {
      refusal = policy.refusal(host, address, port);
      if (refusal.isEmpty()) {
        return Future.succeededFuture(
            SocketAddress.inetSocketAddress(port, address.getHostAddress()));
      }
    }
    return Future.failedFuture(
        new Conflict(
            "the upstream \"%s\" is refused: %s".formatted(host, refusal.orElse("no address"))));
  }
}
