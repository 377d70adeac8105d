package dev.adp.gateway;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exceptions that nobody has foreseen. What one says may quote a credential or what was said, so
 * only its kind and its place are logged.
 */
final class Unforeseen {
  private static final Logger LOG = LoggerFactory.getLogger(Unforeseen.class);

  private Unforeseen() {}

  /**
   * Logs one.
   *
   * @param what has failed
   */
  static void log(String what, CallStart call, Throwable thrown) {
    LOG.error(
        "{}, request {}: {} {}",
        what,
        call.requestId(),
        thrown.getClass(),
        List.of(thrown.getStackTrace()));
  }
}
