package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Makes frames of {@code application/vnd.amazon.eventstream} of lines that people can read: {@code
 * event <type> <json>}, {@code exception <type> <json>}, and {@code chunk <json>} for a piece of
 * InvokeModelWithResponseStream, whose JSON travels in base64.
 *
 * @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">prelude, headers, payload,
 *     CRCs</a>
 */
public final class EventStreamText {
  private static final int FRAME_OVERHEAD_BYTES = 16;
  private static final byte TYPE_STRING = 7;

  private EventStreamText() {}

  /** All lines as frames. */
  public static byte[] frames(String lines) {
    Buffer frames = Buffer.buffer();
    lines.lines().forEach(line -> frames.appendBuffer(frame(line)));
    return frames.getBytes();
  }

  private static Buffer frame(String line) {
    String[] words = line.split(" ", 2);
    return switch (words[0]) {
      case "event" -> typed("event", ":event-type", words[1]);
      case "exception" -> typed("exception", ":exception-type", words[1]);
      case "chunk" -> {
        String bytes =
            Base64.getEncoder().encodeToString(words[1].getBytes(StandardCharsets.UTF_8));
        yield typed(
            "event", ":event-type", "chunk " + new JsonObject().put("bytes", bytes).encode());
      }
      default -> throw new IllegalArgumentException("neither event, exception nor chunk: " + line);
    };
  }

  private static Buffer typed(String kind, String typeHeader, String typeAndJson) {
    String[] parts = typeAndJson.split(" ", 2);
    Buffer headers = Buffer.buffer();
    header(headers, typeHeader, parts[0]);
    header(headers, ":content-type", "application/json");
    header(headers, ":message-type", kind);
    return frame(headers, Buffer.buffer(parts[1]));
  }

  private static void header(Buffer headers, String name, String value) {
    headers
        .appendByte((byte) name.length())
        .appendString(name)
        .appendByte(TYPE_STRING)
        .appendShort((short) value.length())
        .appendString(value);
  }

  private static Buffer frame(Buffer headers, Buffer payload) {
    Buffer frame =
        Buffer.buffer()
            .appendInt(FRAME_OVERHEAD_BYTES + headers.length() + payload.length())
            .appendInt(headers.length());
    frame.appendInt(crc(frame)).appendBuffer(headers).appendBuffer(payload);
    return frame.appendInt(crc(frame));
  }

  private static int crc(Buffer bytes) {
    var crc = new CRC32();
    crc.update(bytes.getBytes());
    return (int) crc.getValue();
  }
}
