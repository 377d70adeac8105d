package dev.adp.gateway;

/** There is nothing to sign a call of AWS with; the text says why and is safe to show. */
final class AwsKeysUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AwsKeysUnavailable(String text) {
    super(text, null, false, false);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
