package dev.adp.domain;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses the gateway may connect to on behalf of a provider. The public internet is open;
 * loopback and private networks only where the operator allows them; what can only be an attack is
 * always refused.
 */
public final class AddressPolicy {
  /** Never an upstream, whatever is allowed (IANA's special-purpose registries, metadata hosts). */
  private static final List<Cidr> NEVER =
      networks(
          "0.0.0.0/8", // "This" network; 0.0.0.0 reaches loopback.
          "169.254.0.0/16", // Link-local, with the metadata service of most clouds.
          "100.100.100.200/32", // Alibaba's metadata service.
          "168.63.129.16/32", // Azure's WireServer: public by its number, the host by its route.
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4", // With 255.255.255.255.
          "::/128",
          "::/96", // IPv4-compatible, long deprecated. Loopback ::1 is looked at before.
          "64:ff9b::/96", // NAT64: an IPv4 address in disguise.
          "64:ff9b:1::/48",
          "100::/64",
          "100:0:0:1::/64",
          "2001::/23",
          "2001:db8::/32",
          "2002::/16", // 6to4: an IPv4 address in disguise.
          "3fff::/20",
          "5f00::/16",
          "fd00:ec2::/32", // AWS's own services: metadata, credentials of pods, time.
          "fd20:ce::254/128", // Google's.
          "fe80::/10",
          "fec0::/10",
          "ff00::/8");

  /** Somebody's own networks: an operator says whether these hold upstreams. */
  private static final List<Cidr> PRIVATE =
      networks(
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "::1/128",
          "fc00::/7");

  private static final Cidr LOOPBACK_V6 = Cidr.of("::1/128");

  /** The only addresses of IPv6 that are public; whatever else may come up is no upstream. */
  private static final Cidr PUBLIC_V6 = Cidr.of("2000::/3");

  private static final int IPV6_BYTES = 16;

  private final List<Cidr> allowedNetworks;
  private final Set<String> allowedHosts;
  private final OwnServices own;

  private AddressPolicy(List<Cidr> allowedNetworks, Set<String> allowedHosts, OwnServices own) {
    this.allowedNetworks = List.copyOf(allowedNetworks);
    this.allowedHosts = Set.copyOf(allowedHosts);
    this.own = own;
  }

  /**
   * Reads what the operator allows.
   *
   * @param allowed networks ({@code 10.0.0.0/8}) and host names
   * @param ownPorts ports of this product's own services on this machine
   * @throws IllegalArgumentException naming an entry that is neither network nor host name
   */
  public static AddressPolicy of(List<String> allowed, Set<Integer> ownPorts) {
    return of(allowed, OwnServices.of(ownPorts, Set.of()));
  }

  /**
   * Reads what the operator allows.
   *
   * @param allowed networks ({@code 10.0.0.0/8}) and host names
   * @param own refused whatever is allowed
   * @throws IllegalArgumentException naming an entry that is neither network nor host name
   */
  public static AddressPolicy of(List<String> allowed, OwnServices own) {
    var networks = allowed.stream().filter(AddressPolicy::isNetwork).map(Cidr::of).toList();
    var hosts =
        allowed.stream().filter(entry -> !isNetwork(entry)).map(AddressPolicy::normalized).toList();
    hosts.stream()
        .filter(host -> !host.matches("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?"))
        .findFirst()
        .ifPresent(
            host -> {
              throw new IllegalArgumentException("neither a network nor a host name: " + host);
            });
    return new AddressPolicy(networks, Set.copyOf(hosts), own);
  }

  /**
   * Why an upstream must not be connected to.
   *
   * @param host as the base URL spells it
   * @param address what is really connected to
   * @return empty when it may
   */
  public Optional<String> refusal(String host, InetAddress address, int port) {
    byte[] bytes = address.getAddress(); // Java has made IPv4 of an IPv4-mapped address.
    boolean isPrivate = PRIVATE.stream().anyMatch(network -> network.contains(bytes));
    boolean ofNobody = bytes.length == IPV6_BYTES && !isPrivate && !PUBLIC_V6.contains(bytes);
    boolean never = NEVER.stream().anyMatch(network -> network.contains(bytes));
    if (ofNobody || (never && !LOOPBACK_V6.contains(bytes))) {
      return Optional.of("its address is of a range that upstreams are never in");
    }
    if (own.include(address, port)) {
      return Optional.of("port %d there is one of this product's own".formatted(port));
    }
    if (!isPrivate) {
      return Optional.empty();
    }
    boolean allowed =
        allowedNetworks.stream().anyMatch(network -> network.contains(bytes))
            || allowedHosts.contains(normalized(host));
    return allowed
        ? Optional.empty()
        : Optional.of("its address is private: an operator can allow it with ADP_UPSTREAM_ALLOW");
  }

  private static boolean isNetwork(String entry) {
    return entry.matches("[0-9.]+(/[0-9]+)?") || entry.contains(":");
  }

  private static String normalized(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static List<Cidr> networks(String... texts) {
    return Stream.of(texts).map(Cidr::of).toList();
  }
}
