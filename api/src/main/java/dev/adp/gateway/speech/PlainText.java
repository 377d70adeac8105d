package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** APIs that take plain texts: completions, embeddings, pictures. */
final class PlainText {
  private static final List<String> ASKED =
      List.of("prompt", "input", "inputText", "inputs", "texts", "content", "requests");

  private PlainText() {}

  static void request(JsonObject body, Messages into) {
    ASKED.stream()
        .flatMap(name -> texts(body.getValue(name)))
        .forEach(text -> into.add(Messages.USER, List.of(Parts.text(text))));
  }

  /** Texts wherever they stand; tokens, which some send as numbers, are none. */
  private static Stream<String> texts(@Nullable Object value) {
    return switch (value) {
      case String text -> Stream.of(text);
      case JsonArray array -> array.stream().flatMap(PlainText::texts);
      case JsonObject object ->
          Stream.of("text", "content", "parts").flatMap(name -> texts(object.getValue(name)));
      case null, default -> Stream.empty();
    };
  }

  /** Reads what models answer that know no messages, each in words of its own. */
  static final class Reader implements AnswerReader {
    private final OpenAiChat.Reader choices = new OpenAiChat.Reader();
    private final Choice said = new Choice();

    @Override
    public void accept(String event, JsonObject answer) {
      choices.accept(event, answer);
      text(answer);
      Stream.of("outputs", "results", "generations")
          .flatMap(name -> Json.objects(answer, name).stream())
          .forEach(this::text);
    }

    private void text(JsonObject answer) {
      Stream.of("outputText", "generation", "completion", "text")
          .forEach(name -> said.text("text", Json.text(answer, name)));
      Stream.of("stop_reason", "completionReason", "finish_reason")
          .map(name -> Json.text(answer, name))
          .forEach(reason -> said.finished(finishReason(reason)));
    }

    private static String finishReason(String reason) {
      return switch (reason) {
        case "FINISH", "COMPLETE", "COMPLETED", "stop_sequence", "end_turn" -> "stop";
        case "LENGTH", "MAX_TOKENS", "max_tokens" -> "length";
        case "CONTENT_FILTERED" -> "content_filter";
        default -> reason;
      };
    }

    @Override
    public List<Choice> choices() {
      List<Choice> more = choices.choices();
      return more.isEmpty() ? List.of(said) : more;
    }
  }
}
