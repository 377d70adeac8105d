package dev.adp.store.embedded;

import java.io.Serial;

/**
 * The embedded server cannot be had; the message is one sentence meant for the person at the
 * terminal.
 */
public final class EmbeddedPostgresException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  EmbeddedPostgresException(String message) {
    super(message);
  }

  EmbeddedPostgresException(String message, Throwable cause) {
    super(message, cause);
  }
}
