package dev.adp.gateway.speech;

import dev.adp.domain.RecordedMessages;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Messages of one side of a call, in order. */
final class Messages {
  static final String SYSTEM = "system";
  static final String USER = "user";
  static final String ASSISTANT = "assistant";
  static final String TOOL = "tool";
  private static final String ROLE = "role";
  private static final String PARTS = "parts";

  private final List<JsonObject> all = new ArrayList<>();

  static JsonObject message(String role, List<JsonObject> parts) {
    return new JsonObject().put(ROLE, role).put(PARTS, new JsonArray(new ArrayList<>(parts)));
  }

  /** Adds a message that stands by itself. */
  void add(String role, List<JsonObject> parts) {
    if (role.equals(TOOL)) {
      join(role, parts); // One after the other or all in one: APIs differ, what is meant does not.
    } else {
      all.add(message(role, parts));
    }
  }

  void add(JsonObject message) {
    all.add(message);
  }

  /** Adds to the last message when it has the same role. */
  void join(String role, List<JsonObject> parts) {
    if (!all.isEmpty() && all.getLast().getString(ROLE).equals(role)) {
      JsonArray before = all.getLast().getJsonArray(PARTS);
      parts.forEach(before::add);
    } else {
      all.add(message(role, parts));
    }
  }

  /**
   * As they are kept: each message within its limit, and of a call with too many the instructions
   * and the newest, since the others were told with earlier calls.
   *
   * @param whole whether nothing was left out before
   */
  RecordedMessages recorded(MessageLimits limits, boolean whole) {
    boolean truncated = !whole;
    var texts = new ArrayList<String>(all.size());
    for (JsonObject message : all) {
      int bytesMax = limits.messageBytesMax();
      String text = hasLongText(message, bytesMax) ? "" : message.encode(); // Most fit as they are.
      if (text.isEmpty()
          || (text.length() * 3L > bytesMax && Shortening.utf8Bytes(text) > bytesMax)) {
        var shortening = new Shortening(bytesMax);
        text = shortening.of(message).encode();
        truncated |= shortening.hasShortened();
      }
      texts.add(text);
    }
    List<String> kept = within(texts, limits.callBytesMax());
    return new RecordedMessages(
        "[" + String.join(",", kept) + "]", truncated || kept.size() < texts.size());
  }

  /** So that megabytes are not written only to be cut. */
  private static boolean hasLongText(JsonObject message, int charsMax) {
    return Json.objects(message, PARTS).stream()
        .flatMap(part -> part.getMap().values().stream())
        .anyMatch(value -> value instanceof String text && text.length() > charsMax);
  }

  private List<String> within(List<String> texts, long bytesMax) {
    if (3 * texts.stream().mapToLong(String::length).sum() <= bytesMax) {
      return texts; // No char has more bytes than three: as usual, nothing need be counted.
    }
    long left = bytesMax;
    int head = 0;
    var first = new ArrayList<String>();
    while (head < texts.size() && all.get(head).getString(ROLE).equals(SYSTEM)) {
      left -= Shortening.utf8Bytes(texts.get(head));
      if (left >= 0) {
        first.add(texts.get(head));
      }
      head++;
    }
    Deque<String> newest = new ArrayDeque<>();
    for (int i = texts.size() - 1; i >= head; i--) {
      left -= Shortening.utf8Bytes(texts.get(i));
      if (left < 0) {
        break;
      }
      newest.addFirst(texts.get(i));
    }
    first.addAll(newest);
    return first;
  }
}
