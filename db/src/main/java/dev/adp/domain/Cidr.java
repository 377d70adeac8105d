package dev.adp.domain;

import java.net.InetAddress;
import java.util.Arrays;

/** A network: an address and how many of its leading bits count. */
public final class Cidr {
  private final byte[] network;
  private final int prefixBits;

  private Cidr(byte[] network, int prefixBits) {
    this.network = network;
    this.prefixBits = prefixBits;
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code fc00::/7} or a single address.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Cidr of(String text) {
    int slash = text.indexOf('/');
    String address = slash == -1 ? text : text.substring(0, slash);
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException("not a network: " + text);
    }
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    int bits = bytes.length * 8;
    int prefix = slash == -1 ? bits : Integer.parseInt(text.substring(slash + 1));
    if (prefix < 0 || prefix > bits) {
      throw new IllegalArgumentException("not a network: " + text);
    }
    return new Cidr(bytes, prefix);
  }

  /** Whether the address, in network byte order, lies in this network. */
  public boolean contains(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = prefixBits / 8;
    if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
      return false;
    }
    int rest = prefixBits % 8;
    return rest == 0 || ((address[whole] ^ network[whole]) & 0xff & -(1 << (8 - rest))) == 0;
  }
}
