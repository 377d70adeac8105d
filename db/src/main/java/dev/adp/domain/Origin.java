package dev.adp.domain;

/**
 * Where a request came from, for the audit log.
 *
 * @param surface what was used: {@code portal}, {@code api}, {@code token}, {@code cli} or {@code
 *     system}
 * @param address the client's IP address; empty when there is none
 */
public record Origin(String surface, String address) {
  /** Our own doing, or not known. */
  public static final Origin SYSTEM = new Origin("system", "");
}
