package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds a few members of a JSON object while its bytes go by, without building a tree: where each
 * wanted member of the outermost object begins and ends, and its bytes if they are few. Whatever is
 * nested is only followed to its end.
 */
final class JsonMembers implements BodyScan {
  private static final int KEY_BYTES_MAX = 256;

  /** Objects within objects that are looked into. */
  private static final int LEVELS_MAX = 3;

  /** Nobody has so many; of a text of nothing else they would take twenty times its size. */
  private static final int MEMBERS_MAX = 256;

  /** Where the scan stands in the outermost object. */
  private enum At {
    START,
    KEY_OR_END,
    KEY,
    COLON,
    VALUE,
    STRING,
    SCALAR,
    NESTED,
    COMMA_OR_END,
    END,
    BROKEN
  }

  private final JsonKeys wanted;
  private final Set<String> opened;
  private final int valueBytesMax;
  private final int levels;
  private final @Nullable Consumer<JsonMembers> elements;
  private final List<JsonMember> members = new ArrayList<>();
  private final byte[] key = new byte[KEY_BYTES_MAX];
  private int keyLength;
  private boolean keyEscaped;
  private String wantedKey = "";
  private At at = At.START;
  private boolean escaped;
  private boolean inNestedString;
  private int depth;
  private long offset;
  private long valueStart;
  private long objectStart = -1;
  private boolean capturing;
  private byte[] captured = new byte[0];
  private int capturedLength;
  private boolean anyMember;
  private @Nullable Utf8Text text;
  private @Nullable JsonMembers inside;
  private @Nullable JsonElements list;
  private final Map<String, JsonMembers> insides = new HashMap<>();

  /**
   * @param wanted keys to look for
   * @param valueBytesMax values above this are found, but not kept
   */
  JsonMembers(JsonKeys wanted, int valueBytesMax) {
    this(wanted, Set.of(), valueBytesMax);
  }

  /**
   * @param opened keys of objects to look into, in the same way: these may be of any size
   */
  JsonMembers(JsonKeys wanted, Set<String> opened, int valueBytesMax) {
    this(wanted, opened, valueBytesMax, LEVELS_MAX, null);
  }

  /**
   * @param opened keys of objects to look into, and of lists whose objects are
   * @param elements is told of each object of such a list once it is whole
   */
  JsonMembers(
      JsonKeys wanted, Set<String> opened, int valueBytesMax, Consumer<JsonMembers> elements) {
    this(wanted, opened, valueBytesMax, LEVELS_MAX, elements);
  }

  /** The same, of a text that must be UTF-8 throughout to count as an object. */
  static JsonMembers inUtf8(JsonKeys wanted, int valueBytesMax) {
    var members = new JsonMembers(wanted, valueBytesMax);
    members.text = new Utf8Text();
    return members;
  }

  private JsonMembers(
      JsonKeys wanted,
      Set<String> opened,
      int valueBytesMax,
      int levels,
      @Nullable Consumer<JsonMembers> elements) {
    this.elements = elements;
    this.wanted = wanted;
    this.opened = levels > 1 || elements != null ? opened : Set.of();
    this.valueBytesMax = valueBytesMax;
    this.levels = levels;
  }

  @Override
  public void accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    if (text != null) {
      text.accept(bytes);
    }
    for (int i = 0; i < bytes.length; ) {
      i = accept(bytes, i);
    }
  }

  /** Takes the next byte that may matter; says where the one behind it is. */
  int accept(byte[] bytes, int from) {
    int i = from + unkept(bytes, from);
    offset += i - from;
    if (i < bytes.length) {
      accept(bytes[i++]);
    }
    return i;
  }

  /** How many bytes from here on are within a string that nobody looks into: most, in the end. */
  private int unkept(byte[] bytes, int from) {
    boolean inString = at == At.STRING || (at == At.NESTED && inNestedString);
    if (!inString || escaped || capturing || inside != null || list != null) {
      return 0;
    }
    return JsonBytes.endOfPlainText(bytes, from) - from;
  }

  void accept(byte b) {
    step(b);
    offset++;
  }

  /** Whether the text was one complete JSON object, as far as its outermost level tells. */
  boolean isObject() {
    return at == At.END && (text == null || text.isWhole());
  }

  /** Offset of the outermost opening brace. */
  long objectStart() {
    return objectStart;
  }

  boolean isEmptyObject() {
    return !anyMember;
  }

  /** Every occurrence of a wanted key, in order. */
  List<JsonMember> all(String name) {
    return members.stream().filter(member -> member.key().equals(name)).toList();
  }

  /** Every occurrence of a wanted key in any case: some upstreams, those in Go, do not tell. */
  List<JsonMember> allInAnyCase(String name) {
    return members.stream().filter(member -> member.key().equalsIgnoreCase(name)).toList();
  }

  Optional<JsonMember> first(String name) {
    for (JsonMember member : members) {
      if (member.key().equals(name)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /**
   * The wanted members as one object, those of objects that were looked into in their places. Of a
   * key that comes twice the last value stands.
   */
  JsonObject told() {
    var told = new JsonObject();
    members.forEach(member -> told.put(member.key(), member.value()));
    insides.forEach((name, members) -> told.put(name, members.told()));
    return told;
  }

  private void step(byte b) {
    switch (at) {
      case STRING -> string(b);
      case NESTED -> nested(b);
      case KEY -> key(b);
      case SCALAR -> scalar(b);
      case START -> start(b);
      case KEY_OR_END -> keyOrEnd(b);
      case COLON -> colon(b);
      case VALUE -> value(b);
      case COMMA_OR_END -> commaOrEnd(b);
      case END -> at = JsonBytes.isSpace(b) ? At.END : At.BROKEN;
      case BROKEN -> {}
    }
  }

  private void start(byte b) {
    if (b == '{') {
      objectStart = offset;
      at = At.KEY_OR_END;
    } else if (!JsonBytes.isSpace(b)) {
      at = At.BROKEN;
    }
  }

  private void keyOrEnd(byte b) {
    if (b == '"') {
      anyMember = true;
      keyLength = 0;
      keyEscaped = false;
      at = At.KEY;
    } else if (b == '}') {
      at = At.END;
    } else if (!JsonBytes.isSpace(b)) {
      at = At.BROKEN;
    }
  }

  private void key(byte b) {
    if (b == '"' && !escaped) {
      at = At.COLON;
      wantedKey = decodedKey();
      return;
    }
    keyEscaped |= b == '\\';
    escaped = b == '\\' && !escaped;
    if (keyLength < KEY_BYTES_MAX) {
      key[keyLength] = b;
    }
    keyLength++;
  }

  /**
   * The key when it is wanted, in whatever case, else empty. Keys may be spelled with escapes; the
   * longest spelling of a wanted one is far below the limit.
   */
  private String decodedKey() {
    if (keyLength > KEY_BYTES_MAX) {
      return "";
    }
    String raw = new String(key, 0, keyLength, StandardCharsets.UTF_8);
    String decoded = raw;
    if (keyEscaped) {
      try {
        decoded = String.valueOf(Json.decodeValue('"' + raw + '"'));
      } catch (DecodeException _) {
        at = At.BROKEN;
      }
    }
    return wanted.contains(decoded) || opened.contains(decoded) ? decoded : "";
  }

  private void colon(byte b) {
    if (b == ':') {
      at = At.VALUE;
    } else if (!JsonBytes.isSpace(b)) {
      at = At.BROKEN;
    }
  }

  private void value(byte b) {
    if (JsonBytes.isSpace(b)) {
      return;
    }
    valueStart = offset;
    inside = null;
    if (b == '{' && levels > 1 && opened.contains(wantedKey)) {
      inside = new JsonMembers(wanted, opened, valueBytesMax, levels - 1, elements);
      insides.put(wantedKey, inside);
    }
    list =
        b == '[' && elements != null && opened.contains(wantedKey)
            ? new JsonElements(() -> new JsonMembers(wanted, opened, valueBytesMax), elements)
            : null;
    capturing = !wantedKey.isEmpty() && inside == null && list == null;
    capturedLength = 0;
    capture(b);
    if (b == '"') {
      escaped = false;
      at = At.STRING;
    } else if (b == '{' || b == '[') {
      depth = 1;
      inNestedString = false;
      at = At.NESTED;
    } else {
      at = JsonBytes.isOfScalar(b) ? At.SCALAR : At.BROKEN;
    }
  }

  private void string(byte b) {
    capture(b);
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      found(offset + 1);
    }
  }

  private void nested(byte b) {
    capture(b);
    if (inNestedString) {
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inNestedString = false;
      }
    } else if (b == '"') {
      inNestedString = true;
    } else if (b == '{' || b == '[') {
      depth++;
    } else if (b == '}' || b == ']') {
      depth--;
      if (depth == 0) {
        found(offset + 1);
      }
    } else if (!JsonBytes.isBetween(b)) {
      at = At.BROKEN; // A comment or another quote: who reads these sees the end elsewhere.
    }
  }

  private void scalar(byte b) {
    if (b == ',' || b == '}' || JsonBytes.isSpace(b)) {
      found(offset);
      if (at == At.COMMA_OR_END) {
        commaOrEnd(b);
      }
    } else if (JsonBytes.isOfScalar(b)) {
      capture(b);
    } else {
      at = At.BROKEN;
    }
  }

  private void commaOrEnd(byte b) {
    if (b == ',') {
      at = At.KEY_OR_END;
    } else if (b == '}') {
      at = At.END;
    } else if (!JsonBytes.isSpace(b)) {
      at = At.BROKEN;
    }
  }

  private void found(long end) {
    at = At.COMMA_OR_END;
    if (!wantedKey.isEmpty() && inside == null && list == null) {
      if (members.size() == MEMBERS_MAX) {
        at = At.BROKEN;
        return;
      }
      members.add(
          new JsonMember(
              wantedKey,
              valueStart,
              end,
              capturing
                  ? Optional.of(Buffer.buffer(Arrays.copyOf(captured, capturedLength)))
                  : Optional.empty()));
    }
  }

  private void capture(byte b) {
    if (inside != null) {
      inside.accept(b);
    }
    if (list != null) {
      list.accept(b);
    }
    if (!capturing) {
      return;
    }
    if (capturedLength == valueBytesMax) {
      capturing = false;
      return;
    }
    if (capturedLength == captured.length) {
      captured = Arrays.copyOf(captured, Math.min(valueBytesMax, captured.length * 2 + 64));
    }
    captured[capturedLength++] = b;
  }
}
