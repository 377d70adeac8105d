package dev.adp.gateway.speech;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** Bedrock's InvokeModel: what is in a body tells whose shapes it has. */
final class BedrockInvoke {
  private BedrockInvoke() {}

  static void request(JsonObject body, Messages into) {
    if (body.getValue("messages") instanceof JsonArray messages) {
      if (body.containsKey("anthropic_version")) {
        AnthropicMessages.request(body, into);
      } else if (body.containsKey("schemaVersion") || hasBareParts(messages)) {
        BedrockConverse.request(body, into);
      } else {
        OpenAiChat.request(body, into);
      }
    } else if (body.getValue("message") instanceof String message) {
      cohere(body, message, into);
    } else {
      PlainText.request(body, into);
    }
  }

  /** Whether contents are parts without a type, as those of Converse are. */
  private static boolean hasBareParts(JsonArray messages) {
    return Json.objects(messages).stream()
        .flatMap(message -> Json.objects(message, "content").stream())
        .anyMatch(part -> !part.containsKey("type"));
  }

  private static void cohere(JsonObject body, String message, Messages into) {
    if (!Json.text(body, "preamble").isEmpty()) {
      into.add(Messages.SYSTEM, List.of(Parts.text(Json.text(body, "preamble"))));
    }
    Json.objects(body, "chat_history")
        .forEach(
            said ->
                into.add(
                    Json.text(said, "role").equals("CHATBOT") ? Messages.ASSISTANT : Messages.USER,
                    List.of(Parts.text(Json.text(said, "message")))));
    into.add(Messages.USER, List.of(Parts.text(message)));
  }

  /** Reads answers of whatever model. */
  static final class Reader implements AnswerReader {
    private final OpenAiChat.Reader chat = new OpenAiChat.Reader();
    private final AnthropicMessages.Reader anthropic = new AnthropicMessages.Reader();
    private final BedrockConverse.Reader converse = new BedrockConverse.Reader();
    private final PlainText.Reader plain = new PlainText.Reader();

    @Override
    public void accept(String event, JsonObject object) {
      if (object.containsKey("choices")) {
        chat.accept("", object);
      } else if (BedrockConverse.Reader.isEvent(object) || object.containsKey("output")) {
        converse.accept("", object);
      } else if (object.containsKey("type")) {
        anthropic.accept("", object);
      } else {
        plain.accept("", object);
      }
    }

    @Override
    public List<Choice> choices() {
      return Stream.of(chat, anthropic, converse, plain)
          .flatMap(reader -> reader.choices().stream())
          .filter(choice -> !choice.isEmpty())
          .toList();
    }
  }
}
