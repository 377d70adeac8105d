package dev.adp.gateway;

import static dev.adp.gateway.GatewayRig.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens belong to the call that made them, or to the first that shows what was made. */
@Timeout(60)
class GatewayBackgroundTest {
  private static final String DONE =
      "{\"id\":\"resp_1\",\"background\":%s,\"status\":\"completed\",\"model\":\"gpt-5.4\",\"usage\":{\"input_tokens\":9,\"output_tokens\":8}}";
  private static final Tokens TOKENS = new Tokens(9, 8, 0, 0, 0, 0, 0, 0);

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
    rig.provider(Drafts.anthropic("claude", "http://127.0.0.1:" + rig.upstreamPort()));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private UsageRecord recordOf(HttpRequest request) throws Exception {
    assertThat(rig.send(request).statusCode()).isEqualTo(200);
    return rig.ledger().next();
  }

  private UsageRecord recordOfGet(String path) throws Exception {
    return recordOf(rig.call(path).build());
  }

  private UsageRecord recordOfPost(String body) throws Exception {
    return recordOf(
        rig.call("/responses")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  @Test
  void aQueuedAnswerOwesNothingYet() throws Exception {
    rig.answersJson("{\"id\":\"resp_1\",\"background\":true,\"status\":\"queued\",\"usage\":null}");
    UsageRecord record = recordOfPost("{\"model\":\"gpt-5.4\",\"background\":true}");
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
    assertThat(record.countsOnce()).isEmpty();
  }

  @Test
  void aReadingThatShowsABackgroundAnswerCountsUnderItsId() throws Exception {
    rig.answersJson(DONE.formatted("true"));
    UsageRecord record = recordOfGet("/v1/responses/resp_1?include[]=x");
    assertThat(record.tokens()).isEqualTo(TOKENS);
    assertThat(record.countsOnce()).isEqualTo("resp_1");
    assertThat(record.model()).isEqualTo("gpt-5.4");
    assertThat(record.cost().total()).isPositive();
  }

  @Test
  void aStreamOfABackgroundAnswerCountsUnderItsIdToo() throws Exception {
    rig.answersStream(
        "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":%s}\n\n"
            .formatted(DONE.formatted("true")));
    for (UsageRecord record :
        List.of(
            recordOfGet("/responses/resp_1?stream=true"),
            recordOfPost("{\"model\":\"gpt-5.4\",\"background\":true,\"stream\":true}"))) {
      assertThat(record.tokens()).isEqualTo(TOKENS);
      assertThat(record.countsOnce()).isEqualTo("resp_1");
    }
  }

  /** An answer made in the foreground was counted when it was made. */
  @ParameterizedTest
  @ValueSource(strings = {"false", "null", "\"true\""})
  void anyOtherReadingIsARequestWithoutTokens(String background) throws Exception {
    rig.answersJson(DONE.formatted(background));
    UsageRecord record = recordOfGet("/responses/resp_1");
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
    assertThat(record.cost().total()).isZero();
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.countsOnce()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {CHAT + "/chatcmpl-1", "/responses", "/responses/resp_1/input_items"})
  void whatIsReadElsewhereShowsNoAnswer(String path) throws Exception {
    rig.answersJson(DONE.formatted("true"));
    assertThat(recordOfGet(path).tokens()).isEqualTo(Tokens.NONE);
  }

  @Test
  void theResultsOfABatchAreOneRecordForEachModel() throws Exception {
    rig.answers(
        request ->
            request
                .response()
                .putHeader("content-type", "application/octet-stream")
                .end(
                    openAiLine("gpt-5.4", 100)
                        + "{\"id\":\"batch_req_2\",\"response\":{\"status_code\":400,\"body\":{\"error\":{}}}}\n"
                        + openAiLine("gpt-5.4-mini", 10)
                        + openAiLine("gpt-5.4", 1).strip()));
    UsageRecord first = recordOfGet("/files/file-1/content");
    UsageRecord second = rig.ledger().next();
    assertThat(first.model()).isEqualTo("gpt-5.4");
    assertThat(first.tokens()).isEqualTo(new Tokens(101, 2, 0, 0, 0, 0, 0, 0));
    assertThat(first.countsOnce()).isEqualTo("file-1 gpt-5.4");
    assertThat(second.model()).isEqualTo("gpt-5.4-mini");
    assertThat(second.countsOnce()).isEqualTo("file-1 gpt-5.4-mini");
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  /** Who asked for all but the last byte would otherwise be charged for nothing. */
  @Test
  void theResultsOfABatchAreAskedForWhole() throws Exception {
    rig.answersJson(openAiLine("gpt-5.4", 1));
    var _ =
        recordOf(
            rig.call("/files/file-1/content")
                .header("range", "bytes=0-10")
                .header("if-range", "\"etag\"")
                .build());
    assertThat(rig.seen().request().headers().names()).doesNotContain("range", "if-range");
    var _ = recordOf(rig.call("/models").header("range", "bytes=0-10").build());
    assertThat(rig.seen().request().getHeader("range")).isEqualTo("bytes=0-10");
  }

  /**
   * A hundred prompts below a price's threshold are not one prompt above it, and half the price.
   */
  @Test
  void eachLineIsPricedByItselfAtTheBatchTier() throws Exception {
    String lines =
        Stream.generate(() -> openAiLine("gpt-5.4", 100_000)).limit(5).reduce("", String::concat);
    rig.answersJson(lines);
    UsageRecord record = recordOfGet("/files/file-1/content");
    // Input 2.50, output 15 USD per million, both halved.
    assertThat(record.cost().input()).isEqualTo(5 * 100_000 * 125L);
    assertThat(record.cost().output()).isEqualTo(5 * 750L);
    assertThat(record.serviceTier()).isEqualTo("batch");
    assertThat(record.longestPrompt()).contains(100_000L);
  }

  /** Whoever prices the record later must know by which factor. */
  @Test
  void linesOfSeveralServiceTiersAreRecordsOfTheirOwn() throws Exception {
    String line =
        "{\"result\":{\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":9,\"output_tokens\":8,\"service_tier\":\"batch\"%s}}}}\n";
    rig.answersJson(line.formatted("") + line.formatted(",\"inference_geo\":\"us\""));
    UsageRecord first =
        recordOf(
            HttpRequest.newBuilder(
                    rig.uri("/llm/v1/providers/claude/v1/messages/batches/msgbatch_2/results"))
                .header("x-api-key", rig.token())
                .build());
    UsageRecord second = rig.ledger().next();
    assertThat(first.serviceTier()).isEqualTo("batch");
    assertThat(first.countsOnce()).isEqualTo("msgbatch_2 m");
    assertThat(first.longestPrompt()).isEmpty();
    assertThat(second.serviceTier()).isEqualTo("batch+geo_us");
    assertThat(second.countsOnce()).isEqualTo("msgbatch_2 m batch+geo_us");
    assertThat(second.id()).isNotEqualTo(first.id());
  }

  @Test
  void anthropicsResultsAreReadLineByLine() throws Exception {
    String line =
        "{\"custom_id\":\"a\",\"result\":{\"type\":\"succeeded\",\"message\":{\"content\":[{\"text\":\"%s\"}],\"model\":\"claude-haiku-4-5\",\"usage\":{\"input_tokens\":9,\"output_tokens\":8,\"service_tier\":\"batch\"}}}}\n";
    rig.answers(
        request ->
            request
                .response()
                .putHeader("content-type", "application/x-jsonl")
                .end(
                    line.formatted("x".repeat(2 << 20))
                        + "{\"custom_id\":\"b\",\"result\":{\"type\":\"errored\",\"error\":{}}}\n"
                        + line.formatted("y")));
    var request =
        HttpRequest.newBuilder(
                rig.uri("/llm/v1/providers/claude/v1/messages/batches/msgbatch_1/results"))
            .header("x-api-key", rig.token())
            .build();
    UsageRecord record = recordOf(request);
    assertThat(record.tokens()).isEqualTo(TOKENS.plus(TOKENS));
    assertThat(record.countsOnce()).isEqualTo("msgbatch_1 claude-haiku-4-5");
    assertThat(record.upstreamId()).isEqualTo("msgbatch_1");
  }

  /** Half of the results must not pass for all of them: whoever reads all of them will count. */
  @Test
  void resultsThatAreCutCountNothing() throws Exception {
    rig.answersRaw(
        "HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\nContent-Length: 100000\r\n\r\n"
            + openAiLine("gpt-5.4", 100));
    try {
      var _ = rig.send(rig.call("/files/file-1/content").build());
    } catch (java.io.IOException _) {
      // The client sees that the answer is cut.
    }
    UsageRecord record = rig.ledger().next();
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
    assertThat(record.countsOnce()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "not json\n{\"usage\":{}}\n", "{\"response\":{\"usage\":1}}"})
  void otherFilesCountNothing(String content) throws Exception {
    rig.answersJson(content);
    UsageRecord record = recordOfGet("/files/file-1/content");
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
  }

  private static String openAiLine(String model, int input) {
    return "{\"id\":\"batch_req_1\",\"custom_id\":\"c\",\"response\":{\"status_code\":200,\"request_id\":\"r\",\"body\":{\"id\":\"chatcmpl-1\",\"model\":\"%s\",\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":1}}},\"error\":null}\n"
        .formatted(model, input);
  }
}
