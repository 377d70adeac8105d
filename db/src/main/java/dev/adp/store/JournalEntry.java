package dev.adp.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The line of a record on its way into the journal, and who waits until it is there. */
final class JournalEntry {
  private static final Logger LOG = LoggerFactory.getLogger(JournalEntry.class);

  private final byte[] line;
  private final Promise<Void> told = Promise.promise();
  private @Nullable RuntimeException fault;

  JournalEntry(byte[] line) {
    this.line = line;
  }

  byte[] line() {
    return line;
  }

  /** Completes when {@link #tell} is called. */
  Future<Void> told() {
    return told.future();
  }

  /** It cannot be kept. */
  void failed(RuntimeException why) {
    fault = why;
  }

  /** Whoever waits for one record must not keep those behind him from being told. */
  void tell() {
    try {
      if (fault == null) {
        told.tryComplete();
      } else {
        told.tryFail(fault);
      }
    } catch (RuntimeException e) {
      LOG.error("what waited for a usage record has failed", e);
    }
  }
}
