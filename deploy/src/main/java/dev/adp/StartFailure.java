package dev.adp;

/** A reason not to start that people can mend; its message is one sentence and says how. */
final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartFailure(String message) {
    super(message, null, false, false);
  }

  /** The innermost message on one line. */
  static String reason(Throwable e) {
    return String.valueOf(rootCause(e).getMessage()).lines().findFirst().orElse("no answer");
  }

  static Throwable rootCause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
