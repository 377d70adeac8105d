package dev.adp.terraform.grpc;

import java.util.Arrays;

/** Puts the one message of a request together. */
final class MessageReader {
  /** What a message begins with: whether it is compressed, and its length. */
  static final int PREFIX_BYTES = 5;

  /** Not more than this is kept free for what a client only says that it will send. */
  private static final int BYTES_AT_FIRST = 64 << 10;

  private final int bytesMax;
  private final String encoding;
  private final byte[] prefix = new byte[PREFIX_BYTES];
  private int prefixRead;
  private byte[] message = {};
  private int length;
  private int read;

  /**
   * Waits for a message.
   *
   * @param encoding how it is compressed, if it is
   */
  MessageReader(int bytesMax, String encoding) {
    this.bytesMax = bytesMax;
    this.encoding = encoding;
  }

  /** Takes a piece of it. */
  void accept(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && prefixRead < PREFIX_BYTES) {
      prefix[prefixRead++] = bytes[at++];
      if (prefixRead == PREFIX_BYTES) {
        begin();
      }
    }
    int piece = end - at;
    if (piece == 0) {
      return;
    }
    if (piece > length - read) {
      throw new GrpcException(GrpcStatus.INTERNAL, "a request has one message");
    }
    if (read + piece > message.length) {
      message = Arrays.copyOf(message, (int) Math.min(length, 2L * (read + piece)));
    }
    System.arraycopy(bytes, at, message, read, piece);
    read += piece;
  }

  private void begin() {
    if (prefix[0] != 0) {
      throw encoding.equals("identity")
          ? new GrpcException(GrpcStatus.INTERNAL, "the message says that it is compressed")
          : new GrpcException(GrpcStatus.UNIMPLEMENTED, "messages must not be compressed");
    }
    length =
        ((prefix[1] & 0xff) << 24)
            | ((prefix[2] & 0xff) << 16)
            | ((prefix[3] & 0xff) << 8)
            | (prefix[4] & 0xff);
    if (length < 0 || length > bytesMax) {
      throw new GrpcException(GrpcStatus.RESOURCE_EXHAUSTED, "the message is too large");
    }
    message = new byte[Math.min(length, BYTES_AT_FIRST)];
  }

  /** The message, now that the request has ended. */
  byte[] message() {
    if (prefixRead < PREFIX_BYTES || read < length) {
      throw new GrpcException(GrpcStatus.INTERNAL, "the request ended amid its message");
    }
    return message;
  }

  /** A message as it is sent. */
  static byte[] framed(byte[] message) {
    var bytes = new byte[PREFIX_BYTES + message.length];
    bytes[1] = (byte) (message.length >>> 24);
    bytes[2] = (byte) (message.length >>> 16);
    bytes[3] = (byte) (message.length >>> 8);
    bytes[4] = (byte) message.length;
    System.arraycopy(message, 0, bytes, PREFIX_BYTES, message.length);
    return bytes;
  }
}
