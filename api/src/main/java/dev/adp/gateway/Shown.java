package dev.adp.gateway;

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
   * The results of a batch, a line each.
   *
   * @param id the upstream's own id of what is read
   */
  record Batch(String id) implements Shown {}
}
