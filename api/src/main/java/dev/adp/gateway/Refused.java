package dev.adp.gateway;

/** Ends a call on its way in. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Refusal refusal;

  Refused(Refusal refusal) {
    super(refusal.code(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
