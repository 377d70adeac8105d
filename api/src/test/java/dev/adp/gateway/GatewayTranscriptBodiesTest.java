package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Transcripts;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is said is kept in whatever way its body comes. */
@Timeout(60)
class GatewayTranscriptBodiesTest {
  private static final String HELLO =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Say marker-in\"}]}";
  private static final String ANSWER =
      "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"marker-out\"}}]}";

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

  private void record() {
    rig.change(draft -> GatewayTranscriptsTest.recording(draft, new Transcripts(true, true)));
  }

  /** Whoever calls from a shell forgets the type, and is recorded all the same. */
  @Test
  void jsonIsReadWhateverItsTypeSays() throws Exception {
    record();
    rig.answersJson(ANSWER);
    for (String type :
        List.of("", "application/json", "text/plain", "application/x-www-form-urlencoded")) {
      HttpRequest.Builder call = rig.call(GatewayRig.CHAT);
      if (!type.isEmpty()) {
        call.header("content-type", type);
      }
      var _ = rig.send(call.POST(BodyPublishers.ofString(HELLO)).build());
      RecordedMessages input = rig.transcripts().next().input().orElseThrow();
      assertThat(input.json()).as(type).contains("Say marker-in");
      assertThat(input.truncated()).as(type).isFalse();
      assertThat(rig.seen().body().toString()).isEqualTo(HELLO);
    }
    assertThat(rig.metrics()).contains("adp_transcript_held_bytes 0");
  }

  @Test
  void bodiesThatAreCompressedAreReadWhereThatIsUsual() throws Exception {
    record();
    byte[] gzip = gzip(HELLO);
    var deflated = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(deflated)) {
      out.write(HELLO.getBytes(UTF_8));
    }
    rig.answers(
        request ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .putHeader("content-encoding", "gzip")
                .end(Buffer.buffer(gzip(ANSWER))));
    for (String type : List.of("application/json", "text/plain")) {
      for (Map.Entry<String, byte[]> body :
          Map.of("gzip", gzip, "deflate", deflated.toByteArray()).entrySet()) {
        CallTranscript turn = compressed(type, body.getKey(), body.getValue());
        assertThat(turn.input().orElseThrow().json()).contains("Say marker-in");
        assertThat(turn.output().orElseThrow().json()).contains("marker-out");
        assertThat(rig.seen().body().getBytes()).isEqualTo(body.getValue());
      }
    }
    assertThat(compressed("application/json", "br", gzip).input())
        .contains(RecordedMessages.UNREADABLE);
    assertThat(compressed("application/json", "gzip", HELLO.getBytes(UTF_8)).input())
        .contains(RecordedMessages.UNREADABLE);
    CallTranscript cut =
        compressed("application/json", "gzip", Arrays.copyOf(gzip, gzip.length - 12));
    assertThat(cut.input().orElseThrow().truncated()).isTrue();
  }

  private CallTranscript compressed(String type, String encoding, byte[] body) throws Exception {
    var _ =
        rig.client()
            .send(
                rig.call(GatewayRig.CHAT)
                    .header("content-type", type)
                    .header("content-encoding", encoding)
                    .POST(BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    return rig.transcripts().next();
  }

  static byte[] gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
