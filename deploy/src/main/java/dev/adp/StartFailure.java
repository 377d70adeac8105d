package dev.adp;

/** A reason not to start that people can mend; its message is one sentence and says how. */
final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartFailure(String message) {
    super(message, null, false, false);
  }
}
