package dev.adp.gateway.speech;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as far as it can be read: of a text that was cut, or breaks off, what came before. It
 * never throws.
 */
final class PartialJson {
  private static final int DEPTH_MAX = 200;

  /** No escape sequence is longer. */
  private static final int ESCAPE_BYTES_MAX = 6;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private boolean broken;

  private PartialJson(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * What was read.
   *
   * @param value absent when there was nothing to read, or a null
   * @param whole whether that is all of it
   */
  record Read(Optional<Object> value, boolean whole) {
    static final Read NOTHING = new Read(Optional.empty(), false);

    Optional<JsonObject> object() {
      return value.filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
    }
  }

  /** Reads a text that may have been cut anywhere. */
  static Read read(byte[] json) {
    Read read = read(json, json.length);
    if (read.whole()) {
      return read;
    }
    // A string that was cut is worth keeping: end it and see.
    int end = beforeHalfCharacter(json);
    byte[] ended = new byte[end + 1];
    System.arraycopy(json, 0, ended, 0, end);
    ended[end] = '"';
    return new Read(read(ended, ended.length).value().or(read::value), false);
  }

  private static Read read(byte[] json, int length) {
    try (var parser = FACTORY.createParser(json, 0, length)) {
      var reader = new PartialJson(parser);
      JsonToken first = parser.nextToken();
      return first == null
          ? Read.NOTHING
          : new Read(Optional.ofNullable(reader.value(first)), !reader.broken);
    } catch (IOException _) {
      return Read.NOTHING;
    }
  }

  private static int beforeHalfCharacter(byte[] json) {
    int end = json.length;
    while (end > 0 && json[end - 1] < 0) {
      end--;
    }
    for (int i = end - 1; i >= Math.max(0, end - ESCAPE_BYTES_MAX); i--) {
      if (json[i] == '\\') {
        end = i;
      }
    }
    return end;
  }

  private @Nullable Object value(JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> storable(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IOException("no value");
    };
  }

  private JsonObject object() {
    var members = new JsonObject();
    try {
      while (!broken && parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        members.put(storable(name), value(next()));
      }
    } catch (IOException _) {
      broken = true;
    }
    return members;
  }

  private JsonArray array() {
    var elements = new JsonArray();
    try {
      while (!broken) {
        JsonToken token = next();
        if (token == JsonToken.END_ARRAY) {
          break;
        }
        elements.add(value(token));
      }
    } catch (IOException _) {
      broken = true;
    }
    return elements;
  }

  private JsonToken next() throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new IOException("no more");
    }
    return token;
  }

  /** Without what no database takes: a null character, or half of a pair. */
  private static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return text.replaceAll("[\\x00\\p{Cs}]", "\uFFFD");
      }
    }
    return text;
  }
}
