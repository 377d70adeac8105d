package dev.adp.portal;

import dev.adp.domain.ConversationTurn;
import dev.adp.portal.SaidPart.Kind;
import dev.adp.portal.SaidPart.Shown;
import dev.adp.store.Conversations;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lays turns out for a page. Calls of models send the whole conversation again each time: of an
 * input only what no earlier turn has shown is laid open, the rest is folded.
 */
final class SaidTurns {
  private static final int ROOM_BYTES = 44_000;
  private static final int REPEATED_MAX = 10;
  private static final int MESSAGE_BYTES = 250;
  private static final int PART_BYTES = 450;
  private static final int PREVIEW_BYTES = 90;
  private static final int PREVIEW_CHARS = 100;

  private final String conversation;
  private final PageRoom room = new PageRoom();
  private final Set<String> seen = new HashSet<>();

  /** Calls of tools that no result has come for, by the id that both carry, in their order. */
  private final Map<String, Deque<Object>> waiting = new HashMap<>();

  /**
   * Results by the call that they are shown with; parts are known by what their JSON is kept in.
   */
  private final IdentityHashMap<Object, JsonObject> results = new IdentityHashMap<>();

  private final Set<Object> shownWithCall = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean leftOut;

  private SaidTurns(String conversation) {
    this.conversation = conversation;
  }

  /** What a turn holds, parsed once. */
  private record Said(ConversationTurn turn, List<JsonObject> input, List<JsonObject> output) {
    static Said of(ConversationTurn turn) {
      return new Said(
          turn, SaidJson.messages(turn.input().json()), SaidJson.messages(turn.output().json()));
    }
  }

  /** A turn whose input is sorted into what is new and what was only sent again. */
  private record Sorted(Said said, List<JsonObject> fresh, List<JsonObject> again) {}

  static List<TurnView> of(Conversations.Part part) {
    var turns = new SaidTurns(part.conversation().id());
    part.before().map(Said::of).ifPresent(turns::remember);
    List<Sorted> all = part.turns().rows().stream().map(Said::of).map(turns::sorted).toList();
    for (Sorted turn : all) {
      turns.pair(turn.fresh());
      turns.pair(turn.said().output());
    }
    return all.stream()
        .map(
            turn -> {
              turns.room.grant(ROOM_BYTES / all.size()); // What one turn leaves the next may use.
              return turns.view(turn);
            })
        .toList();
  }

  private void remember(Said said) {
    said.input().forEach(message -> seen.add(SaidJson.essence(message)));
    said.output().forEach(message -> seen.add(SaidJson.essence(message)));
  }

  /**
   * Finds out which results belong to calls that this page lays open. Several calls may carry one
   * id, as Gemini's do that have none but the tool's name: the first result is that of the first
   * call.
   */
  private void pair(List<JsonObject> messages) {
    for (JsonObject message : messages) {
      for (JsonObject part : SaidJson.parts(message)) {
        String id = SaidJson.text(part, "id");
        switch (SaidJson.text(part, "type")) {
          case "tool_call" ->
              waiting.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(part.getMap());
          case "tool_call_response" -> {
            Object call = waiting.getOrDefault(id, new ArrayDeque<>()).poll();
            if (call != null) {
              results.put(call, part);
              shownWithCall.add(part.getMap());
            }
          }
          default -> {
            // Belongs to nothing.
          }
        }
      }
    }
  }

  private Sorted sorted(Said said) {
    List<JsonObject> input = said.input();
    int lastOfModel = lastSeenOfModel(input);
    var fresh = new ArrayList<JsonObject>();
    var again = new ArrayList<JsonObject>();
    for (int i = 0; i < input.size(); i++) {
      JsonObject message = input.get(i);
      boolean system = SaidJson.text(message, "role").equals("system");
      boolean isNew = !seen.contains(SaidJson.essence(message)) || (i > lastOfModel && !system);
      (isNew ? fresh : again).add(message);
    }
    remember(said);
    return new Sorted(said, fresh, again);
  }

  private TurnView view(Sorted sorted) {
    ConversationTurn turn = sorted.said().turn();
    leftOut = false;
    List<SaidMessage> answer = messages(sorted.said().output()); // First, should room be scarce.
    List<SaidMessage> asked = messages(sorted.fresh());
    return new TurnView(
        turn,
        sorted.again().stream().limit(REPEATED_MAX).flatMap(this::preview).toList(),
        sorted.again().size(),
        asked,
        answer,
        leftOut,
        ConversationView.href(conversation) + "/turns/" + turn.id() + "/");
  }

  /** What comes behind it is new, even if somebody said the very same before. */
  private int lastSeenOfModel(List<JsonObject> input) {
    for (int i = input.size() - 1; i >= 0; i--) {
      String role = SaidJson.text(input.get(i), "role");
      if (role.equals("assistant") && seen.contains(SaidJson.essence(input.get(i)))) {
        return i;
      }
    }
    return -1;
  }

  private List<SaidMessage> messages(List<JsonObject> messages) {
    return messages.stream()
        .filter(_ -> hasRoom(MESSAGE_BYTES))
        .map(
            message ->
                new SaidMessage(
                    role(message),
                    SaidJson.parts(message).stream()
                        .filter(_ -> hasRoom(PART_BYTES))
                        .map(this::part)
                        .toList()))
        .toList();
  }

  private boolean hasRoom(int bytes) {
    boolean there = room.take(bytes);
    leftOut |= !there;
    return there;
  }

  private String role(JsonObject message) {
    return room.of(SaidJson.text(message, "role")).text();
  }

  private Stream<SaidMessage> preview(JsonObject message) {
    if (!room.take(PREVIEW_BYTES)) {
      return Stream.empty();
    }
    var text = new StringBuilder();
    for (JsonObject part : SaidJson.parts(message)) {
      if (text.length() > PREVIEW_CHARS) {
        break;
      }
      String said =
          SaidJson.text(part, "type").equals("text")
              ? SaidJson.text(part, "content")
              : "[" + SaidJson.text(part, "type").replace('_', ' ') + "]";
      text.append(text.isEmpty() ? "" : " ")
          .append(said, 0, Math.min(said.length(), 2 * PREVIEW_CHARS));
    }
    boolean longer = text.length() > PREVIEW_CHARS;
    String start = longer ? text.substring(0, PREVIEW_CHARS) + "…" : text.toString();
    return Stream.of(
        new SaidMessage(
            role(message), List.of(new SaidPart(Kind.TEXT, "", room.of(start), Shown.NOTHING))));
  }

  private SaidPart part(JsonObject part) {
    String type = SaidJson.text(part, "type");
    return switch (type) {
      case "text" ->
          new SaidPart(Kind.TEXT, "", room.of(SaidJson.text(part, "content")), Shown.NOTHING);
      case "reasoning" ->
          new SaidPart(
              Kind.REASONING, "Reasoning", room.of(SaidJson.text(part, "content")), Shown.NOTHING);
      case "tool_call" -> call(part);
      case "tool_call_response" -> result(part);
      default -> other(part, type);
    };
  }

  private SaidPart call(JsonObject part) {
    JsonObject result = results.get(part.getMap());
    return new SaidPart(
        Kind.CALL,
        name(part),
        room.of(SaidJson.pretty(part.getValue("arguments"))),
        result == null ? Shown.NOTHING : room.of(SaidJson.pretty(result.getValue("response"))));
  }

  private SaidPart result(JsonObject part) {
    String id = SaidJson.text(part, "id");
    return shownWithCall.contains(part.getMap())
        ? new SaidPart(Kind.RESULT_ABOVE, "", Shown.NOTHING, Shown.NOTHING)
        : new SaidPart(
            Kind.RESULT,
            room.of(id).text(),
            room.of(SaidJson.pretty(part.getValue("response"))),
            Shown.NOTHING);
  }

  /** What is not text; of data that came along there is kind and size. */
  private SaidPart other(JsonObject part, String type) {
    String title =
        part.containsKey("name")
            ? name(part)
            : part.containsKey("mime_type") ? SaidJson.text(part, "mime_type") : type;
    return new SaidPart(
        Kind.OTHER, room.of(title).text(), room.of(SaidJson.pretty(part)), Shown.NOTHING);
  }

  private String name(JsonObject part) {
    String name = room.of(SaidJson.text(part, "name")).text();
    return name.isEmpty() ? "tool" : name;
  }
}
