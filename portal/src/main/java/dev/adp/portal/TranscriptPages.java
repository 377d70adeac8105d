package dev.adp.portal;

import dev.adp.domain.Conversation;
import dev.adp.domain.ConversationTurn;
import dev.adp.domain.Failure.NotFound;
import dev.adp.store.Conversations;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What was said through the gateway, conversation by conversation and turn by turn. */
final class TranscriptPages {
  private static final int ROWS_MAX = 25;
  private static final int TURNS_MAX = 20;

  /**
   * More than this is sent as it is: laid out over lines, deeply nested JSON grows a hundredfold.
   */
  private static final int PRETTY_CHARS_MAX = 256 << 10;

  private static final UUID NO_TURN = new UUID(0, 0);

  private final Conversations conversations;
  private final Views views;

  TranscriptPages(Conversations conversations, Views views) {
    this.conversations = conversations;
    this.views = views;
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    var filter = TranscriptFilter.of(request);
    var slice = conversations.list(request.actor(), filter.query(), ROWS_MAX, Cursor.of(request));
    views.page(
        ctx,
        200,
        "transcripts/index",
        Map.of(
            "rows",
            slice.rows().stream().map(ConversationView::new).toList(),
            "filter",
            filter,
            "statuses",
            TranscriptFilter.choices(),
            "next",
            Cursor.next(filter.url(""), slice.next()),
            "crumbs",
            Crumb.NONE));
  }

  void show(RoutingContext ctx) {
    var request = new Request(ctx);
    String id = Conversation.ofPath(request.path("id"));
    try (var _ = conversations.room(request.actor())) {
      var part = conversations.get(request.actor(), id, TURNS_MAX, Cursor.of(request));
      views.page(ctx, 200, "transcripts/show", model(part));
    }
  }

  private static Map<String, Object> model(Conversations.Part part) {
    var view = new ConversationView(part.conversation());
    return Map.of(
        "title",
        view.shortId(),
        "conversation",
        part.conversation(),
        "view",
        view,
        "turns",
        SaidTurns.of(part),
        "next",
        Cursor.next(view.href(), part.turns().next()),
        "crumbs",
        List.of(Crumb.TRANSCRIPTS));
  }

  /** All that one side of a turn says, as plain text: it can be megabytes. */
  void messages(RoutingContext ctx) {
    var request = new Request(ctx);
    try (var _ = conversations.room(request.actor())) {
      ConversationTurn turn =
          conversations.turn(
              request.actor(), Conversation.ofPath(request.path("id")), uuid(request.path("turn")));
      String json =
          switch (request.path("side")) {
            case "input" -> turn.input().json();
            case "output" -> turn.output().json();
            default -> "";
          };
      if (json.isEmpty()) {
        throw new NotFound("recorded " + request.path("side"), turn.id().toString());
      }
      ctx.response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .end(json.length() > PRETTY_CHARS_MAX ? json : SaidJson.pretty(json));
    }
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      return NO_TURN;
    }
  }
}
