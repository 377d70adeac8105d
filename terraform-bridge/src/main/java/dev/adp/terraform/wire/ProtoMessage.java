package dev.adp.terraform.wire;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A protobuf message that was received: its fields by number. A field that is absent has its
 * default value; fields that nobody asks for are those of a newer minor version and do no harm.
 */
public final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final Map<Integer, List<Long>> numbers = new HashMap<>();
  private final Map<Integer, List<byte[]>> delimited = new HashMap<>();

  private ProtoMessage() {}

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  public static ProtoMessage of(byte[] bytes) {
    var message = new ProtoMessage();
    var in = ByteBuffer.wrap(bytes);
    try {
      while (in.hasRemaining()) {
        message.readField(in);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a protobuf message is cut off", e);
    }
    return message;
  }

  /** The string of a field. */
  public String string(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  /** The bytes of a field. */
  public byte[] bytes(int field) {
    List<byte[]> values = delimited.getOrDefault(field, List.of());
    return values.isEmpty() ? new byte[0] : values.getLast();
  }

  /** The integer of a field. */
  public long number(int field) {
    List<Long> values = numbers.getOrDefault(field, List.of());
    return values.isEmpty() ? 0 : values.getLast();
  }

  /** The boolean of a field. */
  public boolean bool(int field) {
    return number(field) != 0;
  }

  /** The message of a field, an empty one when it is absent. */
  public ProtoMessage message(int field) {
    return of(bytes(field));
  }

  /** The messages of a repeated field. */
  public List<ProtoMessage> messages(int field) {
    return delimited.getOrDefault(field, List.of()).stream().map(ProtoMessage::of).toList();
  }

  private void readField(ByteBuffer in) {
    long key = varint(in);
    int field = (int) (key >>> 3);
    switch ((int) (key & 7)) {
      case VARINT -> numbers.computeIfAbsent(field, _ -> new ArrayList<>()).add(varint(in));
      case LENGTH_DELIMITED -> {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
          throw new IllegalArgumentException("a protobuf message is cut off");
        }
        var bytes = new byte[(int) length];
        in.get(bytes);
        delimited.computeIfAbsent(field, _ -> new ArrayList<>()).add(bytes);
      }
      case FIXED64 -> in.getLong();
      case FIXED32 -> in.getInt();
      default -> throw new IllegalArgumentException("unknown protobuf wire type in key " + key);
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a protobuf number is too long");
  }
}
