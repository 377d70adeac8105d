package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/** Writes frames of {@code application/vnd.amazon.eventstream} as AWS documents them. */
final class EventStream {
  private EventStream() {}

  static Buffer event(String type, String json) {
    return frame(
        Buffer.buffer()
            .appendBuffer(header(":event-type", type))
            .appendBuffer(header(":content-type", "application/json"))
            .appendBuffer(header(":message-type", "event")),
        Buffer.buffer(json));
  }

  /** An event of a model inside one of InvokeModelWithResponseStream. */
  static Buffer chunk(String json) {
    String bytes = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    return event("chunk", new JsonObject().put("bytes", bytes).put("p", "abcdefgh").encode());
  }

  static Buffer exception(String type, String message) {
    return frame(
        Buffer.buffer()
            .appendBuffer(header(":exception-type", type))
            .appendBuffer(header(":content-type", "application/json"))
            .appendBuffer(header(":message-type", "exception")),
        new JsonObject().put("message", message).toBuffer());
  }

  static Buffer error(String code) {
    return frame(
        Buffer.buffer()
            .appendBuffer(header(":error-code", code))
            .appendBuffer(header(":message-type", "error")),
        Buffer.buffer());
  }

  static Buffer header(String name, String value) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer()
        .appendByte((byte) nameBytes.length)
        .appendBytes(nameBytes)
        .appendByte((byte) 7)
        .appendUnsignedShort(valueBytes.length)
        .appendBytes(valueBytes);
  }

  static Buffer frame(Buffer headers, Buffer payload) {
    Buffer frame =
        Buffer.buffer()
            .appendUnsignedInt(12L + headers.length() + payload.length() + 4)
            .appendUnsignedInt(headers.length());
    frame.appendUnsignedInt(crc(frame));
    frame.appendBuffer(headers).appendBuffer(payload);
    return frame.appendUnsignedInt(crc(frame));
  }

  private static long crc(Buffer bytes) {
    var crc = new CRC32();
    crc.update(bytes.getBytes());
    return crc.getValue();
  }
}
