package dev.adp.api;

import static dev.adp.store.Turns.by;
import static dev.adp.store.Turns.call;
import static dev.adp.store.Turns.said;
import static dev.adp.store.Turns.silent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Role;
import dev.adp.domain.UsageRecord;
import dev.adp.store.Actors;
import dev.adp.store.ReadingRoom;
import dev.adp.store.Turns;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranscriptApiTest {
  @RegisterExtension static final ApiExtension api = new ApiExtension();

  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  private UUID provider = new UUID(0, 0);

  @BeforeEach
  void provider() {
    HttpResponse<String> created =
        api.send(
            "POST",
            "/v1/llm-providers",
            """
            {"name": "team-a", "display_name": "Team A",
             "openai_compatible_config": {"base_url": "http://127.0.0.1:9/v1"}}
            """);
    provider = UUID.fromString(new JsonObject(created.body()).getString("uid"));
  }

  private static void keep(UsageRecord call, CallTranscript transcript) {
    Turns.keep(api.store().database(), call, transcript);
  }

  @Test
  void aConversationIsListedAndReadTurnByTurn() {
    keep(by("agents/triage", call(provider, START, "c/1 ü")), said("t1", "Hello", "Hi."));
    keep(call(provider, START.plusSeconds(9), "c/1 ü"), silent("t2"));
    JsonObject listed =
        checked("listTranscripts", "/v1/transcripts?agent=triage&provider=team-a")
            .getJsonArray("transcripts")
            .getJsonObject(0);
    assertThat(listed.getString("conversation_id")).isEqualTo("c/1 ü");
    assertThat(listed.getString("turn_count")).isEqualTo("2");
    assertThat(listed.getString("total_cost_microcents")).isEqualTo("2");
    JsonObject whole = checked("getTranscript", "/v1/transcripts/c%2F1%20%C3%BC");
    JsonArray turns = whole.getJsonArray("turns");
    assertThat(turns).hasSize(2);
    JsonObject input = turns.getJsonObject(0).getJsonObject("input");
    assertThat(input.getString("recording")).isEqualTo("RECORDED");
    assertThat(input.getJsonArray("messages").getJsonObject(0).getString("role")).isEqualTo("user");
    assertThat(turns.getJsonObject(0).getJsonObject("output").encode()).contains("Hi.");
    assertThat(turns.getJsonObject(1).getJsonObject("input"))
        .isEqualTo(
            new JsonObject().put("recording", "NOT_RECORDED").put("messages", new JsonArray()));
  }

  @ParameterizedTest
  @CsvSource({
    "listTranscripts, 200, /v1/transcripts?status=OK&failed=true&recorded=false&q=x",
    "listTranscripts, 422, /v1/transcripts?status=FINE",
    "listTranscripts, 422, /v1/transcripts?start=2026-01-01T00:00:00Z&end=2026-01-01T00:00:00Z",
    "getTranscript, 404, /v1/transcripts/nobody",
    "getTranscript, 404, /v1/transcripts/no%00one",
    "getTranscript, 422, /v1/transcripts/nobody?page_token=x",
  })
  void answersAsDocumented(String operation, int status, String path) {
    HttpResponse<String> answer = api.send("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    api.contract().check(operation, answer);
  }

  @Test
  void turnsArePaged() {
    for (int i = 0; i < 3; i++) {
      keep(call(provider, START.plusSeconds(i), "c1"), said("t" + i, "q" + i, "a" + i));
    }
    JsonObject first = checked("getTranscript", "/v1/transcripts/c1?page_size=2");
    assertThat(first.getJsonArray("turns")).hasSize(2);
    JsonObject second =
        checked(
            "getTranscript",
            "/v1/transcripts/c1?page_size=2&page_token=" + first.getString("next_page_token"));
    assertThat(second.getJsonArray("turns").getJsonObject(0).getString("trace_id")).isEqualTo("t2");
    assertThat(second.getString("next_page_token")).isEmpty();
  }

  /** No path can hold these ids as they are: whoever normalizes it takes them away. */
  @ParameterizedTest
  @CsvSource({
    "., ~.",
    ".., ~..",
    "~., ~~.",
    "~.., %7E%7E%2E%2E",
    "..., ...",
    "~, ~",
    "~x, ~x",
    "a/../b, a%2F..%2Fb",
    "%2E, %252E"
  })
  void everyIdHasAnAddress(String id, String inPath) {
    keep(call(provider, START, id), said("t1", "Hello", "Hi."));
    JsonObject whole = checked("getTranscript", "/v1/transcripts/" + inPath);
    assertThat(whole.getString("conversation_id")).isEqualTo(id);
  }

  /** JSON that no parser here goes into is still what was said. */
  @Test
  void messagesThatCannotBeReadAreText() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);
    keep(
        call(provider, START, "c1"),
        Turns.transcript(
            "t1", "", Optional.of(new RecordedMessages(deep, false)), Optional.empty()));
    JsonObject turn =
        checked("getTranscript", "/v1/transcripts/c1").getJsonArray("turns").getJsonObject(0);
    assertThat(turn.getJsonObject("input").encode()).contains("[[[[");
  }

  @Test
  void aReaderOfTranscriptsReadsThemAndAReaderDoesNot() {
    keep(call(provider, START, "c1"), said("t1", "Hello", "Hi."));
    String transcriptReader = api.token(Role.TRANSCRIPT_READER);
    String writer = api.token(Role.WRITER);
    for (String path : new String[] {"/v1/transcripts", "/v1/transcripts/c1"}) {
      assertThat(with(transcriptReader, path).statusCode()).isEqualTo(200);
      assertThat(with(writer, path).statusCode()).isEqualTo(403);
      assertThat(with(writer, path).body()).contains("dataplane_adp_transcript_");
    }
  }

  private static HttpResponse<String> with(String token, String path) {
    return api.send(api.anonymous(path).header("authorization", "Bearer " + token).GET());
  }

  private static JsonObject checked(String operation, String path) {
    HttpResponse<String> answer = api.send("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    api.contract().check(operation, answer);
    return new JsonObject(answer.body());
  }

  /** Each may have tens of megabytes in memory until an answer has been made of them. */
  @Test
  void soManyAreReadAtOnceAsThereIsMemoryFor() {
    keep(call(provider, START, "c1"), said("t1", "Hello", "Hi."));
    List<ReadingRoom.Place> others = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        others.add(api.conversations().room(Actors.ADMIN));
      }
      HttpResponse<String> refused = api.send("GET", "/v1/transcripts/c1", "");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
      api.contract().check("getTranscript", refused);
      assertThat(checked("listTranscripts", "/v1/transcripts").getJsonArray("transcripts"))
          .as("the list has no messages")
          .hasSize(1);
    } finally {
      others.forEach(ReadingRoom.Place::close);
    }
    for (int i = 0; i < 9; i++) { // Each gives its room back, also one that finds nothing.
      var _ = checked("getTranscript", "/v1/transcripts/c1");
      assertThat(api.send("GET", "/v1/transcripts/nobody", "").statusCode()).isEqualTo(404);
    }
  }
}
