package dev.adp.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/**
 * What the schema of an operation's body takes or refuses, the API takes or refuses too.
 *
 * @param operation as the document names it
 * @param success status of the answer to a body that is taken
 */
record Agreement(ApiExtension api, String operation, int success, String method, String path) {

  /** JSON with single quotes, as tables hold it. */
  static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }

  /**
   * Tries a body.
   *
   * @param taken "yes" or "no"
   */
  void on(String taken, JsonObject body) {
    var judged = api.contract().judge(operation, body);
    HttpResponse<String> answer = api.send(method, path, body.encode());
    assertThat(judged.getValid()).as(operation + " " + body).isEqualTo(taken.equals("yes"));
    assertThat(answer.statusCode())
        .as(answer.body())
        .isEqualTo(taken.equals("yes") ? success : 422);
    api.contract().check(operation, answer);
  }

  /** Tries a body that would be taken, with fields that are added or replaced. */
  void on(String taken, String body, String fields) {
    on(taken, json(body).mergeIn(json(fields)));
  }
}
