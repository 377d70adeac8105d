package dev.adp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EchoModelTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String URL = EchoModel.start(VERTX, 0);

  private final HttpClient http = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    var _ = VERTX.close().await();
  }

  @Test
  void responsesSayBackWhatTheyAreTold() throws Exception {
    HttpResponse<String> answer =
        post("/responses", EchoModel.API_KEY, "{\"model\":\"m\",\"input\":\"one two\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    var json = new JsonObject(answer.body());
    assertThat(json.getString("status")).isEqualTo("completed");
    assertThat(json.getString("model")).isEqualTo("m");
    assertThat(text(json)).isEqualTo("one two");
    JsonObject usage = json.getJsonObject("usage");
    assertThat(usage.getInteger("input_tokens")).isEqualTo(3); // The role and two words.
    assertThat(usage.getInteger("total_tokens"))
        .isEqualTo(usage.getInteger("input_tokens") + usage.getInteger("output_tokens"));
  }

  @Test
  void partsOfTheLastMessageAreSaidBack() throws Exception {
    String input =
        """
        {"input": [{"role": "user", "content": "first"},
                   {"role": "user", "content": [{"type": "input_text", "text": "two "},
                                                {"type": "input_text", "text": "parts"}]}]}
        """;
    HttpResponse<String> answer = post("/responses", EchoModel.API_KEY, input);
    assertThat(text(new JsonObject(answer.body()))).isEqualTo("two parts");
  }

  @Test
  void streamedResponsesAreEventsInTheirOrderThatEndWithTheUsage() throws Exception {
    HttpResponse<String> answer =
        post("/responses", EchoModel.API_KEY, "{\"input\":\"one two\",\"stream\":true}");
    List<JsonObject> events =
        answer
            .body()
            .lines()
            .filter(line -> line.startsWith("data: "))
            .map(line -> new JsonObject(line.substring("data: ".length())))
            .toList();
    assertThat(events)
        .extracting(event -> event.getString("type"))
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(events)
        .extracting(event -> event.getInteger("sequence_number"))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    JsonObject last = events.getLast().getJsonObject("response");
    assertThat(text(last)).isEqualTo("one two");
    assertThat(last.getJsonObject("usage").getInteger("output_tokens")).isPositive();
  }

  @Test
  void whatItDoesNotKnowIsRefusedInWords() throws Exception {
    HttpResponse<String> unknown = post("/messages", EchoModel.API_KEY, "{}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(message(unknown)).contains("/v1/chat/completions", "/v1/responses");
    HttpResponse<String> empty = post("/responses", EchoModel.API_KEY, "{}");
    assertThat(empty.statusCode()).isEqualTo(400);
    assertThat(message(empty)).contains("input");
  }

  @Test
  void whoLacksItsKeyIsToldWhereItIs() throws Exception {
    HttpResponse<String> answer = post("/responses", "another", "{}");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(message(answer)).contains("DEMO_API_KEY");
  }

  private HttpResponse<String> post(String path, String key, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(URL + path))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String text(JsonObject response) {
    return response
        .getJsonArray("output")
        .getJsonObject(0)
        .getJsonArray("content")
        .getJsonObject(0)
        .getString("text");
  }

  private static String message(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getJsonObject("error").getString("message");
  }
}
