package dev.adp.http;

import dev.adp.domain.Cidr;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whose word on the client is believed: what a proxy of ours says in {@code X-Forwarded-For} and
 * {@code X-Forwarded-Proto}. From anybody else these headers are nothing.
 */
public final class TrustedProxies {
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private final List<Cidr> networks;

  private TrustedProxies(List<Cidr> networks) {
    this.networks = networks;
  }

  /**
   * @param networks such as {@code 10.0.0.0/8}
   * @throws IllegalArgumentException when one is none
   */
  public static TrustedProxies of(List<String> networks) {
    return new TrustedProxies(networks.stream().map(Cidr::of).toList());
  }

  /** The client's address; empty when it is not known. */
  public String address(HttpServerRequest request) {
    String peer =
        request.remoteAddress() == null
            ? ""
            : Optional.ofNullable(request.remoteAddress().hostAddress()).orElse("");
    if (!trusts(peer)) {
      return peer;
    }
    // Each proxy adds the one before it at the end: the last that is not ours is the client.
    List<String> hops = hops(request);
    String client = peer;
    for (String hop : hops.reversed()) {
      if (literal(hop).isEmpty()) {
        return client;
      }
      client = hop;
      if (!trusts(hop)) {
        return client;
      }
    }
    return client;
  }

  /** Whether the client speaks TLS, with us or with a proxy of ours. */
  public boolean isHttps(HttpServerRequest request) {
    if (request.isSSL()) {
      return true;
    }
    String peer = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    return peer != null
        && trusts(peer)
        && "https".equalsIgnoreCase(request.getHeader("x-forwarded-proto"));
  }

  private static List<String> hops(HttpServerRequest request) {
    var hops = new ArrayList<String>();
    for (String header : request.headers().getAll("x-forwarded-for")) {
      Arrays.stream(header.split(",", -1)).map(String::strip).forEach(hops::add);
    }
    return hops;
  }

  private boolean trusts(String address) {
    return !networks.isEmpty()
        && literal(address)
            .filter(bytes -> networks.stream().anyMatch(network -> network.contains(bytes)))
            .isPresent();
  }

  /** A name is never looked up. */
  private static Optional<byte[]> literal(String address) {
    try {
      return Optional.of(InetAddress.ofLiteral(address.replaceFirst("%.*", "")).getAddress());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
