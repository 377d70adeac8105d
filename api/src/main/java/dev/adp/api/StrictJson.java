package dev.adp.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.adp.domain.Failure.Invalid;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads bodies as RFC 8259 has JSON, in UTF-8 alone. Vert.x reads more: comments, other encodings,
 * and of a field that comes twice the last, which a proxy on the way may have read otherwise.
 */
final class StrictJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String BEYOND =
      "the body must be a JSON object without names, numbers or nesting as long as these";

  private StrictJson() {}

  /**
   * The object that a body is.
   *
   * @throws Invalid naming the place where it stops being one; never what stands there
   */
  static JsonObject object(Buffer body) {
    String text = text(body);
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Invalid("", "the body must be a JSON object");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw new Invalid("", "the body must be one JSON object and nothing behind it");
      }
    } catch (StreamConstraintsException _) {
      throw new Invalid("", BEYOND);
    } catch (JsonProcessingException e) {
      String what =
          String.valueOf(e.getOriginalMessage()).startsWith("Duplicate")
              ? "a field comes twice in the body"
              : "the body must be a JSON object, and is no JSON";
      throw new Invalid(
          "",
          "%s: line %d, column %d"
              .formatted(what, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Of a text in memory.
    }
    return new JsonObject(text);
  }

  private static String text(Buffer body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(body.getBytes()))
          .toString();
    } catch (CharacterCodingException _) {
      throw new Invalid("", "the body must be a JSON object in UTF-8");
    }
  }
}
