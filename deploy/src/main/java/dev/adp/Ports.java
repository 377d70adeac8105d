package dev.adp;

import dev.adp.demo.EchoModel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a process will listen. They are looked at together and before a database is made: whoever
 * starts beside another program learns at once of every port that he has to change.
 */
record Ports(List<Port> all) {
  /**
   * One of them.
   *
   * @param setting which chooses it
   */
  record Port(String host, int number, String setting) {
    static Port control(Config config) {
      return new Port(config.host(), config.httpPort(), "ADP_HTTP_PORT");
    }

    static Port gateway(Config config) {
      return new Port(config.host(), config.gatewayPort(), "ADP_GATEWAY_PORT");
    }

    static Port metrics(Config config) {
      return new Port(config.metricsHost(), config.metricsPort(), "ADP_METRICS_PORT");
    }

    static Port echo(Config config) {
      return new Port(EchoModel.HOST, config.echoPort(), "ADP_ECHO_PORT");
    }

    private InetSocketAddress address() {
      return new InetSocketAddress(host, number);
    }

    /** Listens for a moment. */
    void probe() throws IOException {
      try (var socket = new ServerSocket()) {
        socket.bind(address());
      }
    }
  }

  static Ports of(Config config, boolean demo) {
    var all = new ArrayList<Port>();
    if (config.runs(Config.Role.CONTROL)) {
      all.add(Port.control(config));
    }
    if (config.runs(Config.Role.GATEWAY)) {
      all.add(Port.gateway(config));
    }
    all.add(Port.metrics(config));
    if (demo) {
      all.add(Port.echo(config));
    }
    return new Ports(all);
  }

  /**
   * A sentence for each two that are the same: one could not listen, or Vert.x would give each
   * plane some calls of the other.
   */
  List<String> clashes() {
    var clashes = new ArrayList<String>();
    for (int i = 0; i < all.size(); i++) {
      for (Port later : all.subList(i + 1, all.size())) {
        if (areTheSame(all.get(i), later)) {
          clashes.add(
              "%s and %s are both %d: set one of them to another port."
                  .formatted(all.get(i).setting(), later.setting(), later.number()));
        }
      }
    }
    return clashes;
  }

  /** Who listens on every address listens on each. */
  private static boolean areTheSame(Port one, Port other) {
    if (one.number() != other.number() || one.number() == 0) {
      return false;
    }
    InetAddress address = one.address().getAddress();
    InetAddress another = other.address().getAddress();
    return (address == null || another == null) // One has no address, which is told elsewhere.
        ? one.host().equals(other.host())
        : address.equals(another) || address.isAnyLocalAddress() || another.isAnyLocalAddress();
  }

  /**
   * Listens on each for a moment. Not by Vert.x: some of its transports give a port back only a
   * while after it is closed.
   *
   * @throws StartFailure naming all that are the same, all that are taken, or what else is in the
   *     way
   */
  void requireFree() {
    List<String> clashes = clashes();
    if (!clashes.isEmpty()) {
      throw new StartFailure(String.join(" ", clashes));
    }
    var taken = new ArrayList<Port>();
    for (Port port : all) {
      try {
        port.probe();
      } catch (IOException e) {
        if (!isTaken(e)) {
          throw unusable(e, port);
        }
        taken.add(port);
      }
    }
    if (!taken.isEmpty()) {
      throw inUse(taken);
    }
  }

  /** The native transport has an exception of its own. */
  private static boolean isAboutListening(Throwable cause) {
    return cause instanceof BindException || String.valueOf(cause.getMessage()).startsWith("bind(");
  }

  private static boolean isTaken(Exception e) {
    Throwable cause = StartFailure.rootCause(e);
    return isAboutListening(cause) && String.valueOf(cause.getMessage()).contains("in use");
  }

  /** Why there is no listening, in words of ours where it is the port or its address. */
  static RuntimeException startFailure(Exception e, Port port) {
    if (isTaken(e)) {
      return inUse(List.of(port));
    }
    if (isAboutListening(StartFailure.rootCause(e))) {
      return unusable(e, port);
    }
    return e instanceof RuntimeException known ? known : new IllegalStateException(e);
  }

  /** No right to a low port, or an address that is none of this machine. */
  private static StartFailure unusable(Exception e, Port port) {
    return new StartFailure(
        "port %d cannot be listened on at %s (%s): set %s to another port, or change the host."
            .formatted(port.number(), port.host(), StartFailure.reason(e), port.setting()));
  }

  private static StartFailure inUse(List<Port> taken) {
    if (taken.size() == 1) {
      return new StartFailure(
          "port %d is in use: stop what listens there, or set %s to another port."
              .formatted(taken.getFirst().number(), taken.getFirst().setting()));
    }
    return new StartFailure(
        "ports %s are in use: stop what listens there, or set %s to other ports."
            .formatted(
                enumerated(taken, port -> String.valueOf(port.number())),
                enumerated(taken, Port::setting)));
  }

  private static String enumerated(List<Port> ports, Function<Port, String> text) {
    List<Port> first = ports.subList(0, ports.size() - 1);
    return first.stream().map(text).collect(Collectors.joining(", "))
        + " and "
        + text.apply(ports.getLast());
  }
}
