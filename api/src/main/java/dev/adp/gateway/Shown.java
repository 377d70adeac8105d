package dev.adp.gateway;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a reading call shows of work that was ordered earlier. Whoever reads it first is charged for
 * it, once for ever.
 */
sealed interface Shown {
  /** Nothing that anybody has not been charged for. */
  record Nothing() implements Shown {}

  /** One answer, which tells by itself whether it was made in the background. */
  record Answer() implements Shown {}

  /**
   * The results of a batch.
   *
   * @param id the upstream's own id of what is read
   * @param inLines whether each stands on a line of its own, not all in one object
   */
  record Batch(String id, boolean inLines) implements Shown {
    /** What reads them; its reader makes one for each answer. */
    ResponseMeter meter(Supplier<UsageReader> readers, Consumer<Reported> answers) {
      return inLines ? new BatchMeter(readers, answers) : new OperationMeter(readers, answers);
    }
  }
}
