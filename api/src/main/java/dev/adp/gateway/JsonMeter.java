package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Meters one JSON answer of any size, keeping only its few telling members. When the answer is an
 * array, as streams of Gemini are that did not ask for events, each of its objects is read.
 */
final class JsonMeter implements ResponseMeter {
  private static final int VALUE_BYTES_MAX = 65_536;

  private final UsageReader reader;

  /** Of the object that is going by; null between objects. */
  private @Nullable JsonMembers members;

  JsonMeter(UsageReader reader) {
    this.reader = reader;
  }

  @Override
  public Buffer accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    for (byte b : bytes) {
      if (members != null) {
        members.accept(b);
        if (members.isObject()) {
          read(members);
          members = null;
        }
      } else if (b == '{') { // Brackets and commas of an array are passed over.
        members = new JsonMembers(reader.telling(), VALUE_BYTES_MAX);
        members.accept(b);
      }
    }
    return piece;
  }

  private void read(JsonMembers whole) {
    reader.accept(whole.told());
  }

  @Override
  public Buffer end() {
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return false; // The length of the body tells.
  }

  @Override
  public Reported reported() {
    if (members != null) {
      read(members); // An answer that was cut: what it told before.
      members = null;
    }
    return reader.reported();
  }
}
