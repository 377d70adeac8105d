package dev.adp.terraform.grpc;

/** A call that ends without an answer. */
public final class GrpcException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final GrpcStatus status;

  /**
   * Refuses a call.
   *
   * @param description told to the client
   */
  public GrpcException(GrpcStatus status, String description) {
    super(description);
    this.status = status;
  }

  GrpcStatus status() {
    return status;
  }

  String description() {
    return String.valueOf(getMessage());
  }
}
