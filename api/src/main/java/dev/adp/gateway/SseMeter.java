package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Meters a stream of server-sent events, split anywhere. Only events that may tell something are
 * parsed.
 *
 * <p>When the gateway has asked for usage on the client's behalf, the one event that answers is
 * kept from the client; events then leave whole, which is how they come. Otherwise every piece
 * leaves as it came.
 */
final class SseMeter implements ResponseMeter {
  private static final int EVENT_BYTES_MAX = 1 << 20;
  private static final int EVENTS_PARSED_FOR_MODEL_MAX = 8;
  private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EVENT = "event:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final UsageReader reader;
  private final List<byte[]> marks;
  private final boolean swallowUsage;

  /** All bytes of the event under way; its current line begins at {@link #lineStart}. */
  private Buffer event = Buffer.buffer();

  private int lineStart;
  private Buffer data = Buffer.buffer();
  private boolean afterCarriageReturn;
  private boolean lastSwallowed;

  /** Set while an event above the limit goes by: its bytes leave at once, nothing is kept. */
  private @Nullable LargeEvent large;

  /** Set when bytes of the current line have left already, with an event above the limit. */
  private boolean lineBegun;

  /** Set when the event's own name says that it is the last of an answer. */
  private boolean namedLast;

  private boolean complete;
  private int eventsParsed;

  SseMeter(UsageReader reader, boolean swallowUsage) {
    this.reader = reader;
    this.marks =
        reader.marks().stream().map(mark -> mark.getBytes(StandardCharsets.US_ASCII)).toList();
    this.swallowUsage = swallowUsage;
  }

  @Override
  public Buffer accept(Buffer piece) {
    Buffer out = Buffer.buffer(piece.length());
    byte[] bytes = piece.getBytes();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterCarriageReturn) {
        afterCarriageReturn = false;
        endOfCrLf(b, out);
        from = i + 1;
      } else if (b == '\n' || b == '\r') {
        afterCarriageReturn = b == '\r';
        event.appendBytes(bytes, from, i + 1 - from);
        from = i + 1;
        endLine(event.length() - 1, out);
      } else {
        afterCarriageReturn = false;
      }
    }
    event.appendBytes(bytes, from, bytes.length - from);
    if (large != null || event.length() > EVENT_BYTES_MAX) {
      passUnkept(out);
    }
    return swallowUsage ? out : piece;
  }

  private void passUnkept(Buffer out) {
    if (large == null) {
      large = new LargeEvent(reader, data);
      data = Buffer.buffer();
    }
    large.accept(event.getBytes(lineStart, event.length()));
    lastSwallowed = false;
    lineBegun |= event.length() > lineStart;
    out.appendBuffer(event);
    event = Buffer.buffer();
    lineStart = 0;
  }

  /** The line feed of a CR LF belongs to the line that the CR has ended. */
  private void endOfCrLf(byte lineFeed, Buffer out) {
    if (event.length() > 0) {
      event.appendByte(lineFeed);
      lineStart = event.length();
    } else if (!lastSwallowed) {
      out.appendByte(lineFeed);
    }
  }

  private void endLine(int lineEnd, Buffer out) {
    boolean blank = lineEnd == lineStart && !lineBegun;
    lineBegun = false;
    if (!blank) {
      addLine(event.getBytes(lineStart, lineEnd));
      lineStart = lineEnd + 1;
      return;
    }
    lastSwallowed = endEvent();
    if (!lastSwallowed) {
      out.appendBuffer(event);
    }
    event = Buffer.buffer();
    lineStart = 0;
    data = Buffer.buffer();
    large = null;
    namedLast = false;
  }

  private void addLine(byte[] line) {
    if (large != null) {
      large.accept(line);
      large.endLine();
    } else if (startsWith(line, DATA)) {
      int start = line.length > DATA.length && line[DATA.length] == ' ' ? 1 : 0;
      data.appendBytes(line, DATA.length + start, line.length - DATA.length - start);
    } else if (startsWith(line, EVENT)) {
      String name =
          new String(line, EVENT.length, line.length - EVENT.length, StandardCharsets.UTF_8);
      namedLast = reader.lastEvents().contains(name.strip());
    }
  }

  /** Looks at a whole event; says whether it must not reach the client. */
  private boolean endEvent() {
    if (large == null) {
      return endEvent(data.getBytes());
    }
    complete |= namedLast;
    tell(large.told());
    return false;
  }

  private boolean endEvent(byte[] json) {
    if (Arrays.equals(json, DONE)) {
      complete = true;
      return false;
    }
    complete |= namedLast;
    boolean mayTellModel =
        eventsParsed < EVENTS_PARSED_FOR_MODEL_MAX && reader.reported().model().isEmpty();
    boolean mayTellUsage = marks.stream().anyMatch(mark -> contains(json, mark));
    if (json.length == 0 || !(mayTellModel || mayTellUsage)) {
      return false;
    }
    eventsParsed++;
    try {
      var answer = new JsonObject(Buffer.buffer(json));
      tell(answer);
      return swallowUsage
          && answer.getValue("usage") instanceof JsonObject
          && answer.getValue("choices") instanceof JsonArray choices
          && choices.isEmpty();
    } catch (DecodeException | ClassCastException _) {
      return false; // Not ours to judge: the client gets what the upstream sent.
    }
  }

  private void tell(JsonObject answer) {
    reader.accept(answer);
    complete |= reader.lastEvents().contains(String.valueOf(answer.getValue("type")));
  }

  @Override
  public Buffer end() {
    addLine(event.getBytes(lineStart, event.length()));
    boolean swallowed = endEvent();
    return swallowUsage && !swallowed ? event : Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public Reported reported() {
    return reader.reported();
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int i = 0; i <= bytes.length - part.length; i++) {
      if (bytes[i] == part[0] && Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }
}
