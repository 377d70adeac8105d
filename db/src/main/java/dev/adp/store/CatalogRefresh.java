package dev.adp.store;

import dev.adp.domain.CatalogFetch;
import dev.adp.domain.CatalogFile;
import dev.adp.domain.CatalogVersion;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the price catalogue from where the operator publishes it, at the start and then once a
 * day. Whatever goes wrong changes nothing: the catalogue in force stays. How it went is told to
 * {@link CatalogVersions}.
 */
public final class CatalogRefresh implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogRefresh.class);

  private final CatalogVersions versions;
  private final CatalogSource source;
  private final Clock clock;
  private final Pace pace;
  private final Thread thread;
  private volatile boolean closed;
  private CatalogFetch latest;
  private String digest = "";

  /**
   * How often it looks and how long it waits.
   *
   * @param period between looks that go well
   * @param retry after one that fails
   * @param timeout for a whole answer
   */
  record Pace(Duration period, Duration retry, Duration timeout) {
    static final Pace DAILY =
        new Pace(Duration.ofDays(1), Duration.ofMinutes(10), Duration.ofSeconds(60));
  }

  /**
   * @param source an http or https URL, or the path of a file
   */
  public CatalogRefresh(CatalogVersions versions, String source, Clock clock) {
    this(versions, source, clock, Pace.DAILY);
  }

  CatalogRefresh(CatalogVersions versions, String source, Clock clock, Pace pace) {
    this.versions = versions;
    this.source = new CatalogSource(source, pace.timeout());
    this.clock = clock;
    this.pace = pace;
    this.latest = CatalogFetch.waiting(this.source.shown());
    versions.report(latest);
    this.thread = Thread.ofPlatform().name("adp-catalog-refresh").daemon().start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        CatalogFetch fetch = look();
        if (closed) {
          return;
        }
        latest = fetch;
        versions.report(fetch);
        long ms =
            (fetch.state() == CatalogFetch.State.FAILING ? pace.retry() : pace.period()).toMillis();
        // Many instances must not all ask at the same time of the day.
        TimeUnit.MILLISECONDS.sleep(ms + ThreadLocalRandom.current().nextLong(ms / 10 + 1));
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private CatalogFetch look() throws InterruptedException {
    try {
      Optional<CatalogSource.Fetched> fetched = source.fetch();
      if (fetched.isEmpty()) {
        // The source has what it had, but another may have taken its place here.
        return versions
            .fetchedBefore(digest)
            .map(this::report)
            .orElseGet(() -> latest.again(clock.instant()));
      }
      CatalogVersions.Fetched outcome = versions.fetched(fetched.get().text(), source.shown());
      digest = CatalogFile.digest(fetched.get().text());
      if (outcome.state() != CatalogVersion.State.REJECTED) {
        source.keep(fetched.get()); // What was rejected must come again to be judged anew.
      }
      return report(outcome);
    } catch (IOException | RuntimeException e) {
      String reason = source.reason(e);
      if (latest.state() != CatalogFetch.State.FAILING && !closed) {
        LOG.warn(
            "cannot fetch the price catalogue from {}, the one in force stays: {}",
            source.shown(),
            reason);
        LOG.debug("cannot fetch the price catalogue", e);
      }
      return latest.failing(clock.instant(), reason);
    }
  }

  private CatalogFetch report(CatalogVersions.Fetched outcome) {
    return outcome.problem().isEmpty()
        ? latest.good(clock.instant())
        : latest.rejected(clock.instant(), outcome.problem());
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    source.close();
  }
}
