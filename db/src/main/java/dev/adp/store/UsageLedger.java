package dev.adp.store;

import dev.adp.domain.UsageRecord;
import io.vertx.core.Future;

/** Where the record of each call goes. */
public interface UsageLedger {
  /**
   * Records one call.
   *
   * @return completes, on the caller's event loop, once the record survives the death of this
   *     process
   */
  Future<Void> record(UsageRecord record);

  /** Whether no more calls may be served because they could not be recorded. */
  boolean full();
}
