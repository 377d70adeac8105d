package dev.adp.terraform.grpc;

/** How a call has ended, with the numbers of gRPC: those that this server gives. */
public enum GrpcStatus {
  /** Answered. */
  OK(0),
  /** The answer came later than the client waits. */
  DEADLINE_EXCEEDED(4),
  /** The request is too large. */
  RESOURCE_EXHAUSTED(8),
  /** There is no such method, or it cannot read what is compressed so. */
  UNIMPLEMENTED(12),
  /** This program or the client is broken. */
  INTERNAL(13);

  private final int number;

  GrpcStatus(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
