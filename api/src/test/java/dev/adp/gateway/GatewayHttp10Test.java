package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerResponse;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that have no length and cannot be sent in chunks: some proxies speak HTTP/1.0 to us. */
@Timeout(60)
class GatewayHttp10Test {
  private static final String STREAM =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
  private static final String EVENTS =
      """
      data: {"choices":[{}],"usage":{"prompt_tokens":12,"completion_tokens":3}}

      data: [DONE]

      """;

  private static final int SILENCE_MS = 20_000;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /** All that comes until the connection ends. */
  private String chat(String headers) throws Exception {
    try (Socket client =
        rig.raw(
            "POST /llm/v1/providers/up/chat/completions HTTP/1.0\r\nHost: g\r\n"
                + "Authorization: Bearer %s\r\n%sContent-Type: application/json\r\nContent-Length: %d"
                    .formatted(rig.token(), headers, STREAM.length()),
            STREAM)) {
      client.setSoTimeout(SILENCE_MS);
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: keep-alive\r\n", "Connection: Keep-Alive, x-hop\r\n"})
  void aStreamIsPassedOnAndEndsWithItsConnection(String headers) throws Exception {
    rig.answersStream(EVENTS);
    String answer = chat(headers + "X-Hop: 1\r\n");
    assertThat(answer).startsWith("HTTP/1.0 200 OK\r\n").endsWith("\r\n\r\n" + EVENTS);
    assertThat(answer.toLowerCase(java.util.Locale.ROOT))
        .doesNotContain("keep-alive", "transfer-encoding");
    assertThat(rig.seen().header("x-hop")).isEqualTo(headers.contains("x-hop") ? "null" : "1");
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void anAnswerInPiecesEndsWithItsConnectionToo() throws Exception {
    rig.answers(
        request -> {
          HttpServerResponse response = request.response().setChunked(true);
          response.putHeader("content-type", "text/plain");
          response.write("one ").onComplete(_ -> response.end("two"));
        });
    assertThat(chat("Connection: keep-alive\r\n")).endsWith("\r\n\r\none two");
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.OK);
  }

  /** An answer without a body has no head that could go first, whatever its type says. */
  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void aStreamWithoutABodyIsAnAnswer(int status) throws Exception {
    rig.answers(
        request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("content-type", "text/event-stream")
                .end());
    HttpResponse<String> answer = rig.send(rig.chat(STREAM));
    assertThat(answer.statusCode()).isEqualTo(status);
    UsageRecord record = rig.ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.status()).isEqualTo(status);
  }
}
