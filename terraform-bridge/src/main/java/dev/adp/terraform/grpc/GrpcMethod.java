package dev.adp.terraform.grpc;

import java.util.function.Function;

/**
 * What answers the calls of one method.
 *
 * @param isSilent whether a call stays open and nothing is said on it
 * @param answer one message for one; what it throws ends the call, as {@link GrpcException} says
 * @param afterwards done once the answer has left, or could not
 */
public record GrpcMethod(boolean isSilent, Function<byte[], byte[]> answer, Runnable afterwards) {
  /** A method with one message in and one out. */
  public static GrpcMethod unary(Function<byte[], byte[]> answer, Runnable afterwards) {
    return new GrpcMethod(false, answer, afterwards);
  }

  /** A stream that stays open until the client ends it, and on which nothing is said. */
  public static GrpcMethod silent() {
    return new GrpcMethod(true, message -> message, () -> {});
  }
}
