package dev.adp.gateway.speech;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of a model, put together from pieces. Pieces with the same key are one part; parts
 * stand in the order in which they began.
 */
final class Choice {
  private final LinkedHashMap<String, Piece> pieces = new LinkedHashMap<>();
  private String finishReason = "";

  private enum Kind {
    TEXT,
    REASONING,
    CALL,
    SERVER_CALL,
    WHOLE
  }

  private static final class Piece {
    private final Kind kind;
    private final StringBuilder text = new StringBuilder();
    private String id = "";
    private String name = "";
    private @Nullable JsonObject whole;

    Piece(Kind kind) {
      this.kind = kind;
    }

    JsonObject part() {
      return switch (kind) {
        case TEXT -> Parts.text(text.toString());
        case REASONING -> Parts.reasoning(text.toString());
        case CALL -> Parts.call(id, name, Parts.arguments(text.toString()));
        case SERVER_CALL ->
            Parts.serverCall(
                id,
                name,
                new JsonObject().put("type", name).put("input", Parts.arguments(text.toString())));
        case WHOLE -> whole == null ? new JsonObject() : whole;
      };
    }
  }

  void text(String key, String piece) {
    say(key, Kind.TEXT, piece);
  }

  void reasoning(String key, String piece) {
    say(key, Kind.REASONING, piece);
  }

  private void say(String key, Kind kind, String piece) {
    if (!piece.isEmpty()) {
      piece(key, kind).text.append(piece);
    }
  }

  /** Goes on with the part before when that is a text as well. */
  void thenText(String piece) {
    text(lastKey(Kind.TEXT), piece);
  }

  void thenReasoning(String piece) {
    reasoning(lastKey(Kind.REASONING), piece);
  }

  /** Adds a part behind all others. */
  void then(JsonObject part) {
    part(newKey(), part);
  }

  private String lastKey(Kind kind) {
    if (!pieces.isEmpty()) {
      Map.Entry<String, Piece> last = pieces.lastEntry();
      if (last.getValue().kind == kind) {
        return last.getKey();
      }
    }
    return newKey();
  }

  private String newKey() {
    return "then " + pieces.size();
  }

  /** A tool that is called; id and name come with the first piece, arguments with any. */
  void call(String key, String id, String name, String arguments) {
    call(piece(key, Kind.CALL), id, name, arguments);
  }

  void serverCall(String key, String id, String name, String arguments) {
    call(piece(key, Kind.SERVER_CALL), id, name, arguments);
  }

  /** More of the arguments of a call that has begun. */
  void arguments(String key, String piece) {
    call(piece(key, Kind.CALL), "", "", piece);
  }

  private static void call(Piece piece, String id, String name, String arguments) {
    if (piece.id.isEmpty()) {
      piece.id = id;
    }
    if (piece.name.isEmpty()) {
      piece.name = name;
    }
    piece.text.append(arguments);
  }

  void part(String key, JsonObject whole) {
    piece(key, Kind.WHOLE).whole = whole;
  }

  private Piece piece(String key, Kind kind) {
    return pieces.computeIfAbsent(key, _ -> new Piece(kind));
  }

  void finished(String reason) {
    if (!reason.isEmpty()) {
      finishReason = reason;
    }
  }

  String finishReason() {
    return finishReason;
  }

  boolean calls() {
    return pieces.values().stream()
        .anyMatch(
            piece ->
                piece.kind == Kind.CALL
                    || (piece.whole != null
                        && Json.text(piece.whole, "type").equals(Parts.TOOL_CALL)));
  }

  List<JsonObject> parts() {
    List<JsonObject> parts = new ArrayList<>();
    pieces.values().forEach(piece -> parts.add(piece.part()));
    return parts;
  }

  boolean isEmpty() {
    return pieces.isEmpty() && finishReason.isEmpty();
  }

  JsonObject message() {
    JsonObject message = Messages.message(Messages.ASSISTANT, parts());
    return finishReason.isEmpty() ? message : message.put("finish_reason", finishReason);
  }
}
