package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Shortens one message to what may be kept of it; what is cut ends in an ellipsis. */
final class Shortening {
  private static final String CUT = "…";

  private long left;
  private boolean shortened;

  Shortening(long bytesMax) {
    left = bytesMax;
  }

  boolean hasShortened() {
    return shortened;
  }

  JsonObject of(JsonObject message) {
    List<JsonObject> parts = new ArrayList<>();
    for (JsonObject part : Json.objects(message.getJsonArray("parts"))) {
      if (left <= 0) {
        shortened = true;
        break;
      }
      parts.add(part(part));
    }
    var shortened = new JsonObject();
    message.forEach(
        member ->
            shortened.put(
                member.getKey(),
                member.getKey().equals("parts") ? new JsonArray(parts) : member.getValue()));
    return shortened;
  }

  private JsonObject part(JsonObject part) {
    return switch (Json.text(part, "type")) {
      case Parts.TEXT, Parts.REASONING -> shortened(part, Parts.CONTENT);
      case Parts.TOOL_CALL -> shortened(part, Parts.ARGUMENTS);
      case Parts.TOOL_CALL_RESPONSE -> shortened(part, Parts.RESPONSE);
      default -> {
        long bytes = utf8Bytes(part.encode());
        if (bytes > left) {
          shortened = true;
          left = 0;
          yield new JsonObject().put("type", part.getString("type"));
        }
        left -= bytes;
        yield part;
      }
    };
  }

  private JsonObject shortened(JsonObject part, String member) {
    Object value = part.getValue(member);
    String text =
        switch (value) {
          case String already -> already;
          case JsonObject object -> object.encode();
          case JsonArray array -> array.encode();
          case null, default -> String.valueOf(value);
        };
    long bytes = utf8Bytes(text);
    if (bytes <= left) {
      left -= bytes;
      return part;
    }
    shortened = true;
    String kept = text.substring(0, charsWithin(text, left)) + CUT;
    left = 0;
    return part.copy().put(member, kept);
  }

  private static int charsWithin(String text, long bytesMax) {
    long bytes = 0;
    int chars = 0;
    while (chars < text.length()) {
      int codePoint = text.codePointAt(chars);
      bytes += utf8Bytes(codePoint);
      if (bytes > bytesMax) {
        break;
      }
      chars += Character.charCount(codePoint);
    }
    return chars;
  }

  static long utf8Bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += Character.isSurrogate(c) ? 2 : utf8Bytes(c);
    }
    return bytes;
  }

  private static int utf8Bytes(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
}
