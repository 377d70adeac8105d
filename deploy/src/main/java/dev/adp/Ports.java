package dev.adp;

import dev.adp.demo.EchoModel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
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
  }

  /**
   * All that a process will listen on.
   *
   * @throws StartFailure when two are the same: Vert.x would give each plane some calls of the
   *     other
   */
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
    requireDifferent(all);
    return new Ports(all);
  }

  private static void requireDifferent(List<Port> ports) {
    var settings = new HashMap<String, String>();
    for (Port port : ports) {
      String other = settings.put(port.host() + ":" + port.number(), port.setting());
      if (other != null && port.number() != 0) {
        throw new StartFailure(
            "%s and %s are both %d: set one of them to another port."
                .formatted(other, port.setting(), port.number()));
      }
    }
  }

  /**
   * Listens on each for a moment. Not by Vert.x: some of its transports give a port back only a
   * while after it is closed.
   *
   * @throws StartFailure naming all that are taken
   */
  void requireFree() {
    List<Port> taken = all.stream().filter(Ports::isTaken).toList();
    if (!taken.isEmpty()) {
      throw inUse(taken);
    }
  }

  private static boolean isTaken(Port port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(port.host(), port.number()));
      return false;
    } catch (IOException e) {
      return isTaken(e);
    }
  }

  /** The native transport has an exception of its own. */
  private static boolean isTaken(Exception e) {
    Throwable cause = StartFailure.rootCause(e);
    return cause instanceof BindException || String.valueOf(cause.getMessage()).startsWith("bind(");
  }

  /** Why there is no listening, in words of ours where the port is taken. */
  static RuntimeException startFailure(Exception e, Port port) {
    if (isTaken(e)) {
      return inUse(List.of(port));
    }
    return e instanceof RuntimeException known ? known : new IllegalStateException(e);
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
