package dev.adp.gateway.speech;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Puts together what a model says, from the one object of a whole answer or from the events of a
 * stream.
 */
interface AnswerReader {
  /**
   * Takes the next object.
   *
   * @param event its name, where the framing of the stream has one, or empty
   */
  void accept(String event, JsonObject object);

  /** What was said so far, in as many ways as were asked for. */
  List<Choice> choices();
}
