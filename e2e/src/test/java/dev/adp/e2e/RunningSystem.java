package dev.adp.e2e;

import java.net.URI;

/** The whole of it, running: as a program on this machine, or in containers. */
interface RunningSystem extends AutoCloseable {
  /** Starts and waits until it is ready; again after an end, with the same data. */
  RunningSystem start();

  /**
   * SIGTERM.
   *
   * @return the exit status
   */
  int stop();

  URI portal();

  URI gateway();

  /** Where the gateway reaches the echo model of the demo. */
  String echoUrl();

  /** An administrator's token. */
  String token();

  /** The REST API, as the administrator. */
  default Rest rest() {
    return new Rest(portal(), token());
  }

  @Override
  void close();
}
