package dev.adp.terraform.redpanda;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach a control plane and who calls it.
 *
 * @param caCertificate what servers are trusted by, in PEM; the JDK's own roots when empty
 * @param proxy what stands in between
 */
record Connection(
    URI endpoint,
    Credential credential,
    Optional<String> caCertificate,
    Duration timeout,
    Optional<HttpProxy> proxy) {

  /** Who calls. */
  sealed interface Credential {
    /** A service account, which tokens are got for. */
    record ServiceAccount(String clientId, String clientSecret) implements Credential {
      @Override
      public String toString() {
        return "ServiceAccount[" + clientId + ", ***]";
      }
    }

    /** A token that somebody else has got. */
    record Token(String value) implements Credential {
      @Override
      public String toString() {
        return "Token[***]";
      }
    }
  }
}
