package dev.adp.terraform.grpc;

import java.io.IOException;

/** The client has broken the rules in a way that leaves nothing to talk about. */
final class ConnectionError extends IOException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  /** Its text is told to the client and the log: it names what was wrong, nothing that was sent. */
  ConnectionError(ErrorCode code, String reason) {
    super(reason);
    this.code = code;
  }

  ErrorCode code() {
    return code;
  }
}
