package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Takes the frames of an {@code application/vnd.amazon.eventstream} apart while their bytes go by,
 * split anywhere: prelude (length of the frame, length of its headers, checksum of both), headers,
 * payload, checksum of all. Of a frame no more is held than its headers and a payload of {@value
 * #PAYLOAD_BYTES_MAX} bytes.
 */
final class EventStreamFrames {
  private static final int PAYLOAD_BYTES_MAX = 1 << 20;
  private static final int HEADERS_BYTES_MAX = 1 << 17; // The most that the format allows.
  private static final int LENGTHS_BYTES = 8;
  private static final int CHECKSUM_BYTES = 4;
  private static final int PRELUDE_BYTES = LENGTHS_BYTES + CHECKSUM_BYTES;
  private static final int STRING = 7;

  /** Where the next byte belongs. */
  private enum Part {
    PRELUDE,
    HEADERS,
    PAYLOAD,
    CHECKSUM,
    /** Nowhere: the lengths cannot be believed, so no frame is found any more. */
    LOST
  }

  /**
   * A whole frame.
   *
   * @param headers those that are texts
   * @param payload absent when it was too large to be held
   */
  record Frame(Map<String, String> headers, Optional<Buffer> payload) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private final Consumer<Frame> frames;
  private final CRC32 checksum = new CRC32();
  private Part part = Part.PRELUDE;
  private Buffer held = Buffer.buffer();

  /** Bytes of the current part that are still to come. */
  private long missing = PRELUDE_BYTES;

  private long payloadBytes;
  private Map<String, String> headers = Map.of();
  private Optional<Buffer> payload = Optional.empty();
  private boolean damaged;

  /**
   * @param frames gets each frame that is whole and undamaged, at its last byte
   */
  EventStreamFrames(Consumer<Frame> frames) {
    this.frames = frames;
  }

  /** Takes the next piece of the stream. */
  void accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    int at = 0;
    while (at < bytes.length && part != Part.LOST) {
      int taken = (int) Math.min(missing, bytes.length - at);
      take(bytes, at, taken);
      at += taken;
      missing -= taken;
      while (missing == 0 && part != Part.LOST) {
        endPart();
      }
    }
  }

  /** Whether a frame or its lengths were damaged on the way. */
  boolean damaged() {
    return damaged;
  }

  private void take(byte[] bytes, int from, int length) {
    if (part != Part.CHECKSUM) {
      checksum.update(bytes, from, length);
    }
    if (part != Part.PAYLOAD || payloadBytes <= PAYLOAD_BYTES_MAX) {
      held.appendBytes(bytes, from, length);
    }
  }

  private void endPart() {
    Buffer whole = held;
    held = Buffer.buffer();
    switch (part) {
      case PRELUDE -> endPrelude(whole);
      case HEADERS -> {
        headers = headers(whole);
        next(Part.PAYLOAD, payloadBytes);
      }
      case PAYLOAD -> {
        payload = payloadBytes <= PAYLOAD_BYTES_MAX ? Optional.of(whole) : Optional.empty();
        next(Part.CHECKSUM, CHECKSUM_BYTES);
      }
      case CHECKSUM -> endFrame(whole);
      case LOST -> {}
    }
  }

  private void endPrelude(Buffer prelude) {
    var lengths = new CRC32();
    lengths.update(prelude.getBytes(0, LENGTHS_BYTES));
    long frameBytes = prelude.getUnsignedInt(0);
    long headersBytes = prelude.getUnsignedInt(4);
    payloadBytes = frameBytes - headersBytes - PRELUDE_BYTES - CHECKSUM_BYTES;
    if (lengths.getValue() != prelude.getUnsignedInt(LENGTHS_BYTES)
        || headersBytes > HEADERS_BYTES_MAX
        || payloadBytes < 0) {
      damaged = true;
      part = Part.LOST;
    } else {
      next(Part.HEADERS, headersBytes);
    }
  }

  private void endFrame(Buffer given) {
    boolean intact = checksum.getValue() == given.getUnsignedInt(0);
    damaged |= !intact;
    checksum.reset();
    Frame frame = new Frame(headers, payload);
    headers = Map.of();
    payload = Optional.empty();
    next(Part.PRELUDE, PRELUDE_BYTES);
    if (intact) {
      frames.accept(frame);
    }
  }

  private void next(Part following, long bytes) {
    part = following;
    missing = bytes;
  }

  /** Whatever is malformed ends the list. */
  private static Map<String, String> headers(Buffer encoded) {
    Map<String, String> headers = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(encoded.getBytes());
    while (in.hasRemaining()) {
      Optional<String> name = text(in, in.get() & 0xFF);
      if (name.isEmpty() || !in.hasRemaining()) {
        return headers;
      }
      byte type = in.get();
      int length = valueBytes(type, in);
      if (length < 0 || length > in.remaining()) {
        return headers;
      }
      if (type == STRING) {
        text(in, length).ifPresent(value -> headers.put(name.get(), value));
      } else {
        in.position(in.position() + length);
      }
    }
    return headers;
  }

  private static Optional<String> text(ByteBuffer in, int length) {
    if (length > in.remaining()) {
      return Optional.empty();
    }
    byte[] text = new byte[length];
    in.get(text);
    return Optional.of(new String(text, StandardCharsets.UTF_8));
  }

  /** Length of a value by its type; negative when there is no such type. */
  private static int valueBytes(byte type, ByteBuffer in) {
    return switch (type) {
      case 0, 1 -> 0; // True and false.
      case 2 -> 1;
      case 3 -> 2;
      case 4 -> 4;
      case 5, 8 -> 8; // A long, a point in time.
      case 6, STRING -> in.remaining() < 2 ? -1 : in.getShort() & 0xFFFF;
      case 9 -> 16; // A UUID.
      default -> -1;
    };
  }
}
