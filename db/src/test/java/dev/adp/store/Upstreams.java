package dev.adp.store;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.UpstreamCheck;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

/** What upstreams of tests may be: anything on this machine; no name is looked up. */
public final class Upstreams {
  public static final UpstreamCheck LOCAL =
      new UpstreamCheck(
          AddressPolicy.of(List.of("127.0.0.0/8", "::1/128"), Set.of()), Upstreams::literal);

  private Upstreams() {}

  private static List<InetAddress> literal(String host) throws UnknownHostException {
    if (host.equals("localhost")) {
      return List.of(InetAddress.getLoopbackAddress());
    }
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      throw new UnknownHostException(host);
    }
  }
}
