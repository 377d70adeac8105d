package dev.adp.store;

import io.vertx.core.Vertx;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a {@link ProviderSnapshot} current: at once when another process announces a change, and by
 * a look every second in case an announcement was lost. A database outage leaves the last known
 * configuration in force.
 */
public final class ConfigWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration REMIND_EVERY = Duration.ofMinutes(1);
  private static final long RECONNECT_MS = 1_000;

  private final ProviderSnapshot snapshot;
  private final PgSubscriber subscriber;
  private final Duration poll;
  private final Semaphore announced = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private final OutageReminder outage = new OutageReminder(REMIND_EVERY, System::nanoTime);

  public ConfigWatch(Vertx vertx, String databaseUrl, ProviderSnapshot snapshot) {
    this(vertx, databaseUrl, snapshot, POLL);
  }

  /**
   * @param poll between looks when nothing is announced
   */
  ConfigWatch(Vertx vertx, String databaseUrl, ProviderSnapshot snapshot, Duration poll) {
    this.snapshot = snapshot;
    this.poll = poll;
    this.subscriber = PgSubscriber.subscriber(vertx, Postgres.connectOptions(databaseUrl));
    subscriber.reconnectPolicy(_ -> RECONNECT_MS);
    subscriber.channel(Database.CONFIG_CHANNEL).handler(_ -> announced.release());
    var _ = subscriber.connect();
    this.thread = Thread.ofPlatform().name("adp-config-watch").daemon().start(this::watch);
  }

  private void watch() {
    while (!closed) {
      try {
        boolean _ = announced.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS);
        announced.drainPermits();
        snapshot.refresh();
        if (outage.isOver()) {
          LOG.info("the database answers again: the configuration is current");
        }
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        if (!closed && outage.isDue()) {
          LOG.warn(
              "the database does not answer: the configuration of {} seconds ago stays in force",
              snapshot.age().toSeconds(),
              e);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    var _ = subscriber.close();
  }
}
