package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.CallTranscript;
import dev.adp.domain.RecordedMessages;
import dev.adp.domain.Transcripts;
import dev.adp.store.Eventually;
import dev.adp.store.StoreExtension;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is not kept of what is said, since it is too much. */
@Timeout(60)
class GatewayTranscriptLimitsTest {
  private static final String HELLO =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello, and say it again\"}]}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private GatewayRig rig;

  @AfterEach
  void stop() {
    rig.close();
  }

  private void record() {
    rig.change(draft -> GatewayTranscriptsTest.recording(draft, new Transcripts(true, true)));
  }

  @Test
  void bodiesBeyondTheBudgetAreDroppedAndCounted() throws Exception {
    rig = new GatewayRig(store, Limits.usual().transcripts(1_000, 1_000, HELLO.length() - 1));
    record();
    rig.answersJson("{\"choices\":[]}");
    var _ = rig.send(rig.chat(HELLO));
    CallTranscript turn = rig.transcripts().next();
    assertThat(turn.input()).contains(RecordedMessages.NOT_KEPT);
    assertThat(turn.output().orElseThrow().json()).isEqualTo("[]");
    assertThat(rig.metrics())
        .contains("adp_transcript_bodies_lost_total{reason=\"memory\"} 1")
        .contains("adp_transcript_held_bytes 0");
  }

  @Test
  void bodiesBeyondTheirLimitAreCutAndMarked() throws Exception {
    rig = new GatewayRig(store, Limits.usual().transcripts(1_000, 60, 10_000));
    record();
    rig.answersStream("data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n".repeat(100));
    var _ = rig.send(rig.chat(HELLO));
    CallTranscript turn = rig.transcripts().next();
    assertThat(turn.input().orElseThrow().truncated()).isTrue();
    assertThat(turn.output().orElseThrow().truncated()).isTrue();
    assertThat(rig.metrics()).contains("adp_transcript_held_bytes 0");
  }

  @Test
  void aBodyThatGrowsTooLargeGivesItsRoomBack() throws Exception {
    rig =
        new GatewayRig(store, Limits.usual().streamedBytes(1_000).transcripts(1_000, 500, 10_000));
    record();
    rig.answersAtOnce(request -> request.handler(_ -> {}));
    HttpResponse<String> answer =
        rig.send(
            rig.call(GatewayRig.CHAT)
                .header("content-type", "text/plain")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[5_000])))
                .build());
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(rig.ledger().next().status()).isEqualTo(413);
    Eventually.holds(
        "nothing is held", () -> rig.metrics().contains("adp_transcript_held_bytes 0\n"));
    assertThat(rig.metrics()).contains("adp_refusals_total{code=\"request_too_large\"} 1\n");
    assertThat(rig.ledger().pending()).isZero();
  }

  /** A few bytes may become any number. */
  @Test
  void whatIsCompressedBecomesNoMoreThanIsKept() throws Exception {
    rig = new GatewayRig(store, Limits.usual().transcripts(1_000, 2_000, 100_000));
    record();
    rig.answersJson("{\"choices\":[]}");
    byte[] bomb =
        GatewayTranscriptBodiesTest.gzip(HELLO.replace("hello", "hello ".repeat(2_000_000)));
    var _ =
        rig.send(
            rig.call(GatewayRig.CHAT)
                .header("content-type", "text/plain")
                .header("content-encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(bomb))
                .build());
    var input = rig.transcripts().next().input().orElseThrow();
    assertThat(input.truncated()).isTrue();
    assertThat(input.json()).contains("Say hello").hasSizeLessThan(2_500);
  }
}
