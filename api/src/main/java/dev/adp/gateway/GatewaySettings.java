package dev.adp.gateway;

import dev.adp.domain.UpstreamCheck;
import dev.adp.http.TlsFiles;
import java.util.Optional;

/**
 * How the gateway listens and what it bounds.
 *
 * @param host address to listen on
 * @param port 0 chooses a free one
 * @param tls certificate and key; absent = plain http
 * @param upstreams which addresses may be connected to
 */
public record GatewaySettings(
    String host, int port, Optional<TlsFiles> tls, UpstreamCheck upstreams, GatewayLimits limits) {
  private static final long ANSWER_MS = 30_000;

  /** Silence on a client's connection; longer than an upstream's, which is answered with 504. */
  int clientIdleTimeoutMs() {
    return (int) Math.min(Integer.MAX_VALUE, limits.idleTimeoutMs() + ANSWER_MS);
  }
}
