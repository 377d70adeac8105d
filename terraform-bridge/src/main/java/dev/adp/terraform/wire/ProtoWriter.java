package dev.adp.terraform.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/**
 * Writes one protobuf message, field by field. Fields with their default value are left out, as
 * proto3 asks; messages are written even when they are empty.
 */
public final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A string. */
  public ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Bytes. */
  public ProtoWriter bytes(int field, byte[] value) {
    return value.length == 0 ? this : delimited(field, value);
  }

  /** A boolean. */
  public ProtoWriter bool(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  /** An integer or a constant of an enum. */
  public ProtoWriter number(int field, long value) {
    return value == 0 ? this : explicit(field, value);
  }

  /** An integer whose presence says something, also when it is zero. */
  public ProtoWriter explicit(int field, long value) {
    varint(((long) field << 3) | VARINT);
    varint(value);
    return this;
  }

  /** A string of a oneof: its presence says something, also when it is empty. */
  public ProtoWriter explicit(int field, String value) {
    return delimited(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A message. */
  public ProtoWriter message(int field, ProtoWriter value) {
    return delimited(field, value.toByteArray());
  }

  /** A repeated message. */
  public ProtoWriter messages(int field, Collection<ProtoWriter> values) {
    values.forEach(value -> message(field, value));
    return this;
  }

  /** A map from strings to messages. */
  public ProtoWriter map(int field, Map<String, ProtoWriter> values) {
    values.forEach(
        (key, value) -> message(field, new ProtoWriter().string(1, key).message(2, value)));
    return this;
  }

  /** The message. */
  public byte[] toByteArray() {
    return out.toByteArray();
  }

  private ProtoWriter delimited(int field, byte[] value) {
    varint(((long) field << 3) | LENGTH_DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
