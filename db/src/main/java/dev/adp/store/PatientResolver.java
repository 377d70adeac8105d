package dev.adp.store;

import dev.adp.domain.NameResolver;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a name service that may take its time, on a few threads of its own: it waits in native code,
 * where a virtual thread would hold up its carrier and all handlers of its context. Whoever asks
 * here waits as he waits for the database, and only for so long: a name whose addresses do not come
 * in time is as good as unknown.
 */
public final class PatientResolver implements NameResolver {
  private static final int THREADS_MAX = 4;
  private static final int WAITING_MAX = 100;
  private static final long THREAD_IDLE_S_MAX = 60;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private final NameResolver service;
  private final Duration answerMax;
  private final ThreadPoolExecutor threads;

  /**
   * @param service may wait for as long as it likes
   */
  public PatientResolver(NameResolver service) {
    this(service, ANSWER_MAX);
  }

  PatientResolver(NameResolver service, Duration answerMax) {
    this.service = service;
    this.answerMax = answerMax;
    this.threads =
        new ThreadPoolExecutor(
            THREADS_MAX,
            THREADS_MAX,
            THREAD_IDLE_S_MAX,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("adp-names-", 0).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public List<InetAddress> resolve(String host) throws UnknownHostException {
    Promise<Optional<List<InetAddress>>> found = Promise.promise();
    try {
      threads.execute(() -> ask(host, found));
      return found
          .future()
          .await(answerMax.toMillis(), TimeUnit.MILLISECONDS)
          .orElseThrow(() -> new UnknownHostException(host));
    } catch (RejectedExecutionException | TimeoutException _) {
      boolean _ = found.tryComplete(Optional.empty()); // Nobody waits any more.
      throw new UnknownHostException(host);
    }
  }

  private void ask(String host, Promise<Optional<List<InetAddress>>> found) {
    if (found.future().isComplete()) {
      return;
    }
    try {
      boolean _ = found.tryComplete(Optional.of(service.resolve(host)));
    } catch (UnknownHostException _) {
      boolean _ = found.tryComplete(Optional.empty());
    } catch (RuntimeException e) {
      boolean _ = found.tryFail(e);
    }
  }
}
