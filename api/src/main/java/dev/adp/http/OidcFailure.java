package dev.adp.http;

import java.io.IOException;

/** Something that the external issuer should not have answered. The text is ours: fit for a log. */
final class OidcFailure extends IOException {
  private static final long serialVersionUID = 1L;

  OidcFailure(String text) {
    super(text);
  }

  /** What went wrong with the issuer, without anything that it has sent. */
  static String told(Exception e) {
    return e instanceof OidcFailure ? String.valueOf(e.getMessage()) : e.getClass().getSimpleName();
  }
}
