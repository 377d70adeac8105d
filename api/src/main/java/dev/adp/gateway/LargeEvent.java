package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/** The data of an event that is too large to be kept: scanned while its lines go by in pieces. */
final class LargeEvent {
  private static final int VALUE_BYTES_MAX = 65_536;
  private static final String DATA = "data:";

  private final JsonMembers members;

  /** How the current line begins, until it is known what it is. */
  private final StringBuilder lineStart = new StringBuilder();

  /**
   * @param data what the event's whole lines have said so far
   */
  LargeEvent(UsageReader reader, Buffer data) {
    members = new JsonMembers(reader.telling(), reader.envelopes(), VALUE_BYTES_MAX);
    members.accept(data);
  }

  /** Takes the next bytes of the current line, which may be all of it or some. */
  void accept(byte[] bytes) {
    for (byte b : bytes) {
      if (lineStart.length() < DATA.length()) {
        lineStart.append((char) b);
      } else if (DATA.contentEquals(lineStart)) {
        members.accept(b); // A space before the JSON is part of no JSON.
      }
    }
  }

  void endLine() {
    lineStart.setLength(0);
  }

  /** What it tells, with its envelope as an event has it. */
  JsonObject told() {
    return members.told();
  }
}
