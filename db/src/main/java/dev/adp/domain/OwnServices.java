package dev.adp.domain;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where services of this product listen. A port alone says nothing: on other machines the same one
 * may be anybody's, and self-hosted models are fond of 8080.
 *
 * @param ports of this machine
 * @param isThisMachine whether an address is one of it, as of now
 * @param elsewhere addresses and ports of other machines
 */
public record OwnServices(
    Set<Integer> ports, Predicate<InetAddress> isThisMachine, Set<InetSocketAddress> elsewhere) {

  public OwnServices {
    ports = Set.copyOf(ports);
    elsewhere = Set.copyOf(elsewhere);
  }

  /**
   * @param ports of this machine
   * @param others may turn out to be on this machine too: then they are so by each of its addresses
   */
  public static OwnServices of(Set<Integer> ports, Set<InetSocketAddress> others) {
    var here = new HashSet<>(ports);
    others.stream()
        .filter(other -> isOfThisMachine(other.getAddress()))
        .map(InetSocketAddress::getPort)
        .forEach(here::add);
    return new OwnServices(here, OwnServices::isOfThisMachine, others);
  }

  boolean include(InetAddress address, int port) {
    return (ports.contains(port) && isThisMachine.test(address))
        || elsewhere.contains(new InetSocketAddress(address, port));
  }

  /** Asked anew each time, and only where the port fits: addresses come and go. */
  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException _) {
      return false;
    }
  }
}
