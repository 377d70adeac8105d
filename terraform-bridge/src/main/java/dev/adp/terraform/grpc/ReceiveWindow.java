package dev.adp.terraform.grpc;

/** How much a client may still send, and when it is told that it may send more. */
final class ReceiveWindow {
  /** The window that everybody starts with. */
  static final int BYTES_AT_FIRST = 65_535;

  /** Ours, of the connection and of each stream: a large state comes without waiting for us. */
  static final int BYTES = 1 << 20;

  private int used;

  /**
   * Counts what has come.
   *
   * @return how much more the client must be told that it may send, often 0
   */
  int received(int bytes) throws ConnectionError {
    used += bytes;
    if (used > BYTES) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "more was sent than was allowed");
    }
    if (used < BYTES / 2) {
      return 0;
    }
    int more = used;
    used = 0;
    return more;
  }
}
