package dev.adp.domain;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Looks at a base URL before it is saved. The address is looked at again at each connection; this
 * check tells people early.
 */
public record UpstreamCheck(AddressPolicy policy, NameResolver resolver) {

  /**
   * Why a base URL cannot be an upstream. Waits for the name service.
   *
   * @return empty when it can, or when its host has no address as yet
   */
  public Optional<String> refusal(BaseUrl url) {
    String host = url.host();
    int port = url.port();
    List<InetAddress> addresses;
    try {
      addresses = resolver.resolve(host);
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
    Optional<String> refusal = Optional.empty();
    for (InetAddress address : addresses) {
      refusal = policy.refusal(host, address, port);
      if (refusal.isEmpty()) {
        return Optional.empty();
      }
    }
    return refusal.map(reason -> "is refused: " + reason);
  }
}
