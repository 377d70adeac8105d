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
    int i = 0;
    while (i < bytes.length) {
      if (members == null) {
        begin(bytes[i++]);
      } else {
        i = members.accept(bytes, i);
        if (members.isObject()) {
          read();
        }
      }
    }
    return piece;
  }

  /** Brackets and commas of an array are passed over. */
  private void begin(byte b) {
    if (b == '{') {
      members = new JsonMembers(reader.telling(), VALUE_BYTES_MAX);
      members.accept(b);
    }
  }

  /** Once, even if it cannot be read. */
  private void read() {
    JsonMembers told = members;
    members = null;
    if (told != null) {
      reader.accept(told.told());
    }
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
    read(); // Of an answer that was cut what it told before.
    return reader.reported();
  }
}
