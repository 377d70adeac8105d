package dev.adp.gateway;

import static dev.adp.gateway.GatewayRig.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider with a list of models serves these and nothing that it cannot be sure of. */
@Timeout(60)
class GatewayAllowListTest {
  private static final String BODY = "{\"model\":\"gpt-4o\"}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @BeforeEach
  void start() {
    rig = new GatewayRig(store);
    rig.answersJson("{}");
    rig.change(draft -> draft.withModels(Drafts.models("gpt-4o", "org/model:1")));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BODY,
        "{\"model\":\"org/model:1\"}",
        "{\"model\":\"org\\/model:1\"}",
        "{\"messages\":[{\"model\":\"gpt-5\"}],\"mod\\u0065l\":\"gpt-4o\"}",
        "{\"input\":\"\\\"model\\\":\\\"gpt-5\\\"\",\"model\":\"gpt-4o\"}",
      })
  void aListedModelIsServed(String body) throws Exception {
    assertThat(rig.send(rig.chat(body)).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body()).hasToString(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"gpt-5\"}",
        "{\"model\":\"GPT-4O\"}",
        "{\"model\":\"gpt-4o \"}",
        "{\"model\":\"gpt-4o\\u0000\"}",
        "{\"model\":\"\"}",
        "{}",
        "{\"messages\":[]}",
        "{\"model\":\"gpt-4o\",\"model\":\"gpt-5\"}",
        "{\"model\":\"gpt-5\",\"model\":\"gpt-4o\"}",
        "{\"model\":\"gpt-4o\",\"model\":\"gpt-4o\"}",
        "{\"model\":\"gpt-4o\",\"mod\\u0065l\":\"gpt-5\"}",
        "{\"model\":\"gpt-4o\",\"Model\":\"gpt-5\"}",
        "{\"MODEL\":\"gpt-4o\"}",
        "{\"model\":[\"gpt-4o\"]}",
        "{\"model\":{\"name\":\"gpt-4o\"}}",
        "{\"model\":null}",
        "{\"model\":7}",
        "{\"nested\":{\"model\":\"gpt-4o\"}}",
        "{\"model\":\"gpt-4o\",\"models\":[\"gpt-5\"]}",
        "{\"model\":\"gpt-4o\",\"Models\":[]}",
        "{\"fallbacks\":[{\"model\":\"gpt-5\"}],\"model\":\"gpt-4o\"}",
        "[{\"model\":\"gpt-4o\"}]",
        "{\"model\":\"gpt-4o\"}{\"model\":\"gpt-5\"}",
        "{\"model\":\"gpt-4o\"",
        "{\"mod\\x65l\":\"gpt-5\",\"model\":\"gpt-4o\"}",
        "\ufeff{\"model\":\"gpt-4o\"}",
        "model=gpt-4o",
        "not json",
      })
  void whatIsNotCertainlyAListedModelIsRefused(String body) throws Exception {
    assertNotAllowed(rig.send(rig.chat(body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "IBM037"})
  void aBodyInAnotherEncodingIsRefused(String charset) throws Exception {
    assertNotAllowed(rig.send(post(CHAT, BODY.getBytes(Charset.forName(charset)))));
  }

  @Test
  void aModelThatIsNotUtf8IsRefused() throws Exception {
    byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
    body[body.length - 3] = (byte) 0xff;
    assertNotAllowed(rig.send(post(CHAT, body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "identity, gzip", "x"})
  void aCompressedBodyIsRefused(String encoding) throws Exception {
    HttpRequest request =
        rig.call(CHAT)
            .header("content-encoding", encoding)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(gzip(BODY)))
            .build();
    HttpResponse<String> response = rig.send(request);
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(error(response).getString("code")).isEqualTo("unsupported_content_encoding");
    assertThat(rig.seenCount()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "multipart/form-data; boundary=x, /audio/transcriptions",
    "text/plain, /chat/completions",
    "application/x-www-form-urlencoded, /chat/completions",
    "application/json, /fine_tuning/jobs",
    "application/json, /batches",
    "application/json, /assistants",
    "application/json, /deployments/gpt-5/chat/completions",
  })
  void aKindOfCallWhoseModelCannotBeCheckedIsRefused(String type, String path) throws Exception {
    HttpRequest request =
        rig.call(path).header("content-type", type).POST(BodyPublishers.ofString(BODY)).build();
    assertNotAllowed(rig.send(request));
  }

  @Test
  void aCallWithoutAModelToChooseIsServed() throws Exception {
    assertThat(rig.send(rig.call("/v1/models").build()).statusCode()).isEqualTo(200);
    assertThat(rig.send(rig.call("/v1/files/f").DELETE().build()).statusCode()).isEqualTo(200);
  }

  @Test
  void withoutAListTheSameBodiesPassUntouched() throws Exception {
    rig.change(draft -> draft.withModels(Drafts.models()));
    HttpRequest compressed =
        rig.call(CHAT)
            .header("content-encoding", "gzip")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(gzip(BODY)))
            .build();
    assertThat(rig.send(compressed).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body().getBytes()).isEqualTo(gzip(BODY));
    String twice = "{\"model\":\"a\",\"model\":\"b\",\"stream\":true";
    assertThat(rig.send(rig.chat(twice)).statusCode()).isEqualTo(200);
    assertThat(rig.seen().body()).hasToString(twice);
    var jobs = post("/fine_tuning/jobs", BODY.getBytes(StandardCharsets.UTF_8));
    assertThat(rig.send(jobs).statusCode()).isEqualTo(200);
    assertThat(rig.seen().request().uri()).isEqualTo("/v1/fine_tuning/jobs");
    assertThat(rig.ledger().pending()).as("each is recorded").isEqualTo(3);
  }

  private void assertNotAllowed(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(error(response).getString("code")).isEqualTo("model_not_allowed");
    assertThat(error(response).getString("type")).isEqualTo("permission_error");
    assertThat(rig.seenCount()).isZero();
    assertThat(rig.ledger().pending()).isZero();
  }

  private static JsonObject error(HttpResponse<String> response) {
    return new JsonObject(response.body()).getJsonObject("error");
  }

  private HttpRequest post(String path, byte[] body) {
    return rig.call(path)
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private static byte[] gzip(String text) throws java.io.IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
