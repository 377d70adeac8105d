package dev.adp.gateway;

import dev.adp.gateway.speech.SaidAnswer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** Takes the body of an answer apart into the objects that its framing holds. */
final class AnswerEvents {
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

  private AnswerEvents() {}

  /**
   * Hands each object on.
   *
   * @param type of the body in lower case
   */
  static void read(String type, byte[] body, SaidAnswer into) {
    if (type.startsWith("text/event-stream")) {
      serverSent(body, into);
    } else if (type.startsWith("application/vnd.amazon.eventstream")) {
      new EventStreamFrames(frame -> frame(frame, into)).accept(Buffer.buffer(body));
    } else {
      into.body(body);
    }
  }

  private static void serverSent(byte[] body, SaidAnswer into) {
    var data = new ByteArrayOutputStream();
    int start = 0;
    for (int i = 0; i <= body.length; i++) {
      boolean end = i == body.length;
      if (!end && body[i] != '\n' && body[i] != '\r') {
        continue;
      }
      if (i > start) {
        line(body, start, i, data);
      }
      if (end || (i == start && !isInsideCrLf(body, i))) {
        if (data.size() > 0) {
          into.event("", data.toByteArray());
          data.reset();
        }
      }
      start = i + 1;
    }
  }

  private static boolean isInsideCrLf(byte[] body, int at) {
    return at > 0 && body[at] == '\n' && body[at - 1] == '\r';
  }

  private static void line(byte[] body, int start, int end, ByteArrayOutputStream data) {
    if (end - start < DATA.length
        || !Arrays.equals(body, start, start + DATA.length, DATA, 0, DATA.length)) {
      return;
    }
    data.write(body, start + DATA.length, end - start - DATA.length);
    data.write('\n'); // White space between values, where an object stands on several lines.
  }

  private static void frame(EventStreamFrames.Frame frame, SaidAnswer into) {
    if (!frame.header(":message-type").equals("event") || frame.payload().isEmpty()) {
      return;
    }
    String event = frame.header(":event-type");
    byte[] payload = frame.payload().get().getBytes();
    if (!event.equals("chunk")) {
      into.event(event, payload);
      return;
    }
    try {
      String bytes = UsageReader.text(new JsonObject(Buffer.buffer(payload)), "bytes");
      into.event("", Base64.getDecoder().decode(bytes));
    } catch (DecodeException | IllegalArgumentException _) {
      // Not ours to judge: the client got what the upstream sent.
    }
  }
}
