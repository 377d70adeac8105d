package dev.adp.store;

import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes transcripts that are older than they may be, and what is left of those of deleted
 * providers: a call may end while its provider goes, and a purge may be killed half way.
 */
public final class TranscriptRetention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TranscriptRetention.class);
  private static final long LOOK_S = 60;

  private final TranscriptPurge purge;
  private final Clock clock;
  private final Duration kept;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param kept how long a turn stays
   */
  public TranscriptRetention(Database database, Clock clock, Duration kept) {
    this.purge = new TranscriptPurge(database);
    this.clock = clock;
    this.kept = kept;
    this.thread = Thread.ofPlatform().name("adp-transcript-retention").daemon().start(this::run);
  }

  private void run() {
    while (!closed) {
      try {
        pass();
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        LOG.warn("cannot delete old transcripts: tried again in a minute", e);
      }
      try {
        TimeUnit.SECONDS.sleep(LOOK_S);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** Deletes all that is due. */
  void pass() {
    for (UUID provider : purge.unfinished()) {
      while (!TranscriptPurge.isLast(purge.of(provider))) {
        // There is more.
      }
    }
    while (!TranscriptPurge.isLast(purge.before(clock.instant().minus(kept)))) {
      // There is more.
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
