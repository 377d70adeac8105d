package dev.adp.terraform.grpc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads one frame after the other; what it says of a frame holds until the next is read. */
final class FrameReader {
  private static final int PRIORITY_BYTES = 5;

  private final InputStream in;
  private final byte[] payload = new byte[Frames.PAYLOAD_BYTES_MAX];
  private int length;
  private int type;
  private int flags;
  private int stream;
  private int start;
  private int end;

  FrameReader(InputStream in) {
    this.in = in;
  }

  /** Reads what every client says first. */
  void preface() throws IOException {
    byte[] said = in.readNBytes(Frames.PREFACE.length);
    if (!Arrays.equals(said, Frames.PREFACE)) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "the client does not speak HTTP/2");
    }
  }

  /**
   * Reads a frame.
   *
   * @return whether there was one, or the end
   */
  boolean next() throws IOException {
    int read = in.readNBytes(payload, 0, Frames.HEADER_BYTES);
    if (read == 0) {
      return false;
    }
    if (read < Frames.HEADER_BYTES) {
      throw new EOFException("the connection ended amid a frame");
    }
    length = ((payload[0] & 0xff) << 16) | ((payload[1] & 0xff) << 8) | (payload[2] & 0xff);
    type = payload[3] & 0xff;
    flags = payload[4] & 0xff;
    stream = number(5) & Integer.MAX_VALUE;
    if (length > Frames.PAYLOAD_BYTES_MAX) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "a frame is too long");
    }
    if (in.readNBytes(payload, 0, length) < length) {
      throw new EOFException("the connection ended amid a frame");
    }
    start = 0;
    end = length;
    return true;
  }

  /** Length of the payload as it was sent: what flow control counts. */
  int length() {
    return length;
  }

  int type() {
    return type;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  int stream() {
    return stream;
  }

  /** The payload; its content is from {@link #start} to {@link #end}. */
  byte[] payload() {
    return payload;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** The four octets at a place, as a number with a sign. */
  int number(int at) {
    return ((payload[at] & 0xff) << 24)
        | ((payload[at + 1] & 0xff) << 16)
        | ((payload[at + 2] & 0xff) << 8)
        | (payload[at + 3] & 0xff);
  }

  /** The two octets at a place. */
  int shortNumber(int at) {
    return ((payload[at] & 0xff) << 8) | (payload[at + 1] & 0xff);
  }

  /** Leaves the padding out of the content, if there is any. */
  void removePadding() throws ConnectionError {
    if (!has(Frames.PADDED)) {
      return;
    }
    if (length == 0) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "a padded frame is empty");
    }
    start = 1;
    end = length - (payload[0] & 0xff);
    if (end < start) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "a frame has more padding than content");
    }
  }

  /** Leaves the priority out of the content of a HEADERS frame, if there is one. */
  void removePriority() throws ConnectionError {
    if (!has(Frames.PRIORITIZED)) {
      return;
    }
    start += PRIORITY_BYTES;
    if (end < start) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "a priority is cut off");
    }
  }

  /** Refuses a frame that must have a certain length and has not. */
  void requireLength(int bytes) throws ConnectionError {
    if (length != bytes) {
      throw new ConnectionError(ErrorCode.FRAME_SIZE_ERROR, "a frame has a wrong length");
    }
  }

  /** Refuses a frame that is about the connection and names a stream, or the other way round. */
  void requireStream(boolean named) throws ConnectionError {
    if ((stream != 0) != named) {
      throw new ConnectionError(ErrorCode.PROTOCOL_ERROR, "a frame is on the wrong stream");
    }
  }
}
