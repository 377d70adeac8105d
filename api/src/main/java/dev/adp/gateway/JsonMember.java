package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member of a JSON object.
 *
 * @param valueStart offset of the value's first byte in the whole text
 * @param valueEnd offset behind its last byte
 * @param bytes the value, unless it is larger than the limit
 */
record JsonMember(String key, long valueStart, long valueEnd, Optional<Buffer> bytes) {
  /** The value when it is a JSON string. */
  Optional<String> string() {
    return value() instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** The value as Vert.x decodes it; null when it is too large or broken. */
  @Nullable Object value() {
    try {
      return bytes.map(JsonMember::decoded).orElse(null);
    } catch (DecodeException _) {
      return null;
    }
  }

  private static @Nullable Object decoded(Buffer json) {
    return isPlainString(json) ? json.getString(1, json.length() - 1) : Json.decodeValue(json);
  }

  /** Whether a value is a string that stands for itself, as nearly all do. */
  private static boolean isPlainString(Buffer json) {
    int last = json.length() - 1;
    if (last < 1 || json.getByte(0) != '"' || json.getByte(last) != '"') {
      return false;
    }
    for (int i = 1; i < last; i++) {
      byte b = json.getByte(i);
      if (b < ' ' || b == '"' || b == '\\') { // Bytes of longer characters are negative.
        return false;
      }
    }
    return true;
  }
}
