package dev.adp.domain;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** How host names become addresses. May wait for the network. */
@FunctionalInterface
public interface NameResolver {
  /** The operating system's way. */
  NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /** Every address of a host, or the one that it spells. */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
