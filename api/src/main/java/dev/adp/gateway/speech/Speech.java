package dev.adp.gateway.speech;

import dev.adp.domain.RecordedMessages;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** The shapes in which the APIs carry what is said. */
public enum Speech {
  /** OpenAI's chat completions and those of its imitators. */
  CHAT("chat"),
  /** OpenAI's responses. */
  RESPONSES("chat"),
  /** One text that goes on, as models did before they could chat. */
  COMPLETIONS("text_completion"),
  /** Anthropic's Messages API. */
  ANTHROPIC("chat"),
  /** Gemini's own API. */
  GEMINI("generate_content"),
  /** Gemini's interactions. */
  INTERACTIONS("generate_content"),
  /** Bedrock's Converse. */
  CONVERSE("chat"),
  /** Bedrock's InvokeModel, whose bodies are the model's own. */
  INVOKE("chat"),
  /** Texts in, numbers out. */
  EMBEDDINGS("embeddings"),
  /** Pictures and sounds; only what is asked for is a text. */
  MEDIA("generate_content");

  private final String operation;

  Speech(String operation) {
    this.operation = operation;
  }

  private void read(JsonObject body, Messages into) {
    switch (this) {
      case CHAT -> OpenAiChat.request(body, into);
      case RESPONSES -> OpenAiResponses.request(body, into);
      case ANTHROPIC -> AnthropicMessages.request(body, into);
      case GEMINI -> GeminiContents.request(body, into);
      case INTERACTIONS -> GeminiInteractions.request(body, into);
      case CONVERSE -> BedrockConverse.request(body, into);
      case INVOKE -> BedrockInvoke.request(body, into);
      case COMPLETIONS, EMBEDDINGS, MEDIA -> PlainText.request(body, into);
    }
  }

  private AnswerReader reader() {
    return switch (this) {
      case CHAT -> new OpenAiChat.Reader();
      case RESPONSES -> new OpenAiResponses.Reader();
      case COMPLETIONS -> new PlainText.Reader();
      case ANTHROPIC -> new AnthropicMessages.Reader();
      case GEMINI -> new GeminiContents.Reader();
      case INTERACTIONS -> new GeminiInteractions.Reader();
      case CONVERSE -> new BedrockConverse.Reader();
      case INVOKE -> new BedrockInvoke.Reader();
      case EMBEDDINGS, MEDIA -> new Nothing();
    };
  }

  private static final class Nothing implements AnswerReader {
    @Override
    public void accept(String event, JsonObject object) {}

    @Override
    public List<Choice> choices() {
      return List.of();
    }
  }

  /** As the conventions name what is done. */
  public String operation() {
    return operation;
  }

  /** Whether a call of it is a turn of a conversation. */
  public boolean converses() {
    return this != EMBEDDINGS && this != MEDIA;
  }

  /**
   * What a request says, the system's instructions first.
   *
   * @param whole whether this is all of the body
   * @return empty when it is not JSON of the expected kind
   */
  public Optional<RecordedMessages> request(byte[] body, boolean whole, MessageLimits limits) {
    PartialJson.Read read = PartialJson.read(body);
    return read.object()
        .map(
            json -> {
              var messages = new Messages();
              read(json, messages);
              return messages.recorded(limits, whole && read.whole());
            });
  }

  /** Reads one answer. */
  public SaidAnswer answer() {
    return new SaidAnswer(reader());
  }
}
