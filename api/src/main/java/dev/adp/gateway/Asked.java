package dev.adp.gateway;

import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/**
 * What a call asks for.
 *
 * @param operation method and path, as the record names it
 * @param model empty when the call names none
 * @param streams whether the answer shall be a stream
 * @param shape in which the client expects errors
 * @param cachesLong whether what it writes to a cache shall stay there longer than usual
 * @param connectionTest whether it only tries a connection
 */
record Asked(
    String operation,
    String model,
    boolean streams,
    Target target,
    ErrorShape shape,
    String conversation,
    boolean cachesLong,
    boolean connectionTest) {

  /** The same with what a form has said in the meantime, unless the path says it. */
  Asked with(FormParts form) {
    return target.model() instanceof ModelIn.Path
        ? this
        : new Asked(
            operation,
            form.first(FormParts.MODEL).orElse(model),
            streams || form.streams(),
            target,
            shape,
            conversation,
            cachesLong,
            connectionTest);
  }

  /**
   * What looks at the answer.
   *
   * @param type of its body in lower case
   * @param usageAdded whether the gateway has asked for usage on the client's behalf
   * @param lines is told of each of a batch's results
   */
  ResponseMeter meter(
      HttpClientResponse answer, String type, boolean usageAdded, Consumer<Reported> lines) {
    if (answer.statusCode() == 200 && target.shown() instanceof Shown.Batch batch) {
      return batch.meter(() -> target.wire().reader(answer.headers(), false), lines);
    }
    return answer.statusCode() < 300
        ? target.wire().meter(type, answer.headers(), usageAdded, cachesLong)
        : new BlindMeter();
  }
}
