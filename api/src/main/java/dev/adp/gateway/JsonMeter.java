package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.Set;

/**
 * Meters one JSON answer of any size, keeping only its few telling members. When the answer is an
 * array, as streams of Gemini are that did not ask for events, each of its objects is read.
 */
final class JsonMeter implements ResponseMeter {
  private static final int VALUE_BYTES_MAX = 65_536;

  private final UsageReader reader;
  private JsonMembers members;
  private boolean begun;

  JsonMeter(UsageReader reader) {
    this.reader = reader;
    this.members = fresh();
  }

  private JsonMembers fresh() {
    return new JsonMembers(Set.copyOf(reader.telling()), VALUE_BYTES_MAX);
  }

  @Override
  public Buffer accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    for (byte b : bytes) {
      if (begun) {
        members.accept(b);
        if (members.isObject()) {
          read();
          members = fresh();
          begun = false;
        }
      } else if (b == '{') { // Brackets and commas of an array are passed over.
        begun = true;
        members.accept(b);
      }
    }
    return piece;
  }

  private void read() {
    reader.accept(members.told());
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
    if (begun) {
      read(); // An answer that was cut: what it told before.
      begun = false;
    }
    return reader.reported();
  }
}
