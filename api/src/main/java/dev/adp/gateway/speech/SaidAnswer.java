package dev.adp.gateway.speech;

import dev.adp.domain.RecordedMessages;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a model has answered. */
public final class SaidAnswer {
  private final AnswerReader reader;
  private boolean understood;

  SaidAnswer(AnswerReader reader) {
    this.reader = reader;
  }

  /**
   * Takes the next event of a stream. One that is not whole is none; one that is no object is
   * passed over.
   *
   * @param event its name, where the framing of the stream has one, or empty
   */
  public void event(String event, byte[] json) {
    PartialJson.Read read = PartialJson.read(json);
    if (read.whole()) {
      read.object().ifPresent(object -> accept(event, object));
    }
  }

  /**
   * Takes the body of an answer that is no stream of events: an object, of which there is what
   * there is when it was cut, or an array of the objects of a stream, each of which must be whole.
   */
  public void body(byte[] json) {
    PartialJson.Read read = PartialJson.read(json);
    switch (read.value().orElse(null)) {
      case JsonObject object -> accept("", object);
      case JsonArray array -> {
        List<JsonObject> objects = Json.objects(array);
        int whole = Math.max(0, read.whole() ? objects.size() : objects.size() - 1);
        objects.subList(0, whole).forEach(object -> accept("", object));
      }
      case null, default -> {}
    }
  }

  private void accept(String event, JsonObject object) {
    understood = true;
    reader.accept(event, object);
  }

  /** Whether anything was read. */
  public boolean understood() {
    return understood;
  }

  /** Why the model stopped, in the words of the conventions; one for each choice that says it. */
  public List<String> finishReasons() {
    return reader.choices().stream()
        .map(Choice::finishReason)
        .filter(reason -> !reason.isEmpty())
        .toList();
  }

  /**
   * What was said, as it is kept.
   *
   * @param whole whether all of it was seen
   */
  public RecordedMessages recorded(MessageLimits limits, boolean whole) {
    var messages = new Messages();
    reader.choices().stream()
        .filter(choice -> !choice.isEmpty())
        .forEach(choice -> messages.add(choice.message()));
    return messages.recorded(limits, whole);
  }
}
