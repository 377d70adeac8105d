package dev.adp.gateway;

import static dev.adp.gateway.EventStream.chunk;
import static dev.adp.gateway.EventStream.event;
import static dev.adp.gateway.EventStream.exception;
import static dev.adp.gateway.EventStream.frame;
import static dev.adp.gateway.EventStream.header;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamMeterTest {
  private static final Buffer START = event("messageStart", "{\"role\":\"assistant\"}");
  private static final Buffer DELTA =
      event(
          "contentBlockDelta", "{\"delta\":{\"text\":\"\\\"usage\\\"\"},\"contentBlockIndex\":0}");
  private static final Buffer STOP = event("messageStop", "{\"stopReason\":\"end_turn\"}");
  private static final Buffer METADATA =
      event(
          "metadata",
          "{\"usage\":{\"inputTokens\":12,\"outputTokens\":3,\"totalTokens\":15},\"metrics\":{\"latencyMs\":9}}");
  private static final Tokens TOKENS = new Tokens(12, 3, 0, 0, 0, 0, 0, 0);

  private static final Buffer MESSAGE_START =
      chunk(
          "{\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"model\":\"claude\",\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":7,\"cache_creation_input_tokens\":9,\"cache_creation\":{\"ephemeral_5m_input_tokens\":4,\"ephemeral_1h_input_tokens\":3},\"output_tokens\":1}}}");
  private static final Buffer MESSAGE_DELTA =
      chunk("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":20}}");
  private static final Buffer MESSAGE_STOP =
      chunk(
          "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":26,\"outputTokenCount\":20,\"invocationLatency\":9,\"firstByteLatency\":1}}");

  /** The example of AWS's format: an empty payload and no headers, byte for byte. */
  @Test
  void framesAreThoseOfTheFormat() {
    assertThat(HexFormat.of().formatHex(frame(Buffer.buffer(), Buffer.buffer()).getBytes()))
        .isEqualTo("000000100000000005c248eb7d98c8ff");
  }

  @Test
  void aConverseStreamIsMeteredHoweverItIsSplit() {
    Buffer stream = joined(START, DELTA, STOP, METADATA);
    for (int at = 0; at <= stream.length(); at++) {
      var meter = meter();
      Buffer first = meter.accept(stream.slice(0, at));
      assertThat(meter.complete()).isEqualTo(at == stream.length());
      Buffer second = meter.accept(stream.slice(at, stream.length()));
      assertThat(joined(first, second, meter.end())).isEqualTo(stream);
      assertThat(meter.complete()).isTrue();
      assertThat(meter.reported()).isEqualTo(Reported.of(java.util.Optional.of(TOKENS), "", ""));
    }
  }

  @Test
  void anInvokeStreamOfAnthropicIsMeteredByteByByte() {
    Buffer stream = joined(MESSAGE_START, MESSAGE_DELTA, MESSAGE_STOP);
    var meter = meter();
    for (int i = 0; i < stream.length(); i++) {
      assertThat(meter.complete()).isFalse();
      assertThat(meter.accept(stream.slice(i, i + 1))).isEqualTo(stream.slice(i, i + 1));
    }
    assertThat(meter.complete()).isTrue();
    assertThat(meter.reported())
        .isEqualTo(
            Reported.of(
                java.util.Optional.of(new Tokens(10, 20, 7, 4, 3, 2, 0, 0)), "claude", "m1"));
  }

  /** The unit of Bedrock's own count holds the caches too: the model's events tell them apart. */
  @Test
  void bedrocksOwnCountStandsInOnlyWhereTheModelSaysNothing() {
    var meter = meter();
    meter.accept(chunk("{\"generation\":\"Hi\",\"prompt_token_count\":18}"));
    assertThat(meter.reported().tokens()).isEmpty();
    meter.accept(
        chunk(
            "{\"generation\":\"\",\"stop_reason\":\"stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":18,\"outputTokenCount\":5}}"));
    assertThat(meter.complete()).isTrue();
    assertThat(meter.reported().tokens()).contains(new Tokens(18, 5, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void novasMetadataChunkHoldsItsUsage() {
    var meter = meter();
    meter.accept(
        chunk(
            "{\"metadata\":{\"usage\":{\"inputTokens\":9,\"outputTokens\":14,\"cacheReadInputTokenCount\":7,\"cacheWriteInputTokenCount\":2}},\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":9,\"outputTokenCount\":14}}"));
    assertThat(meter.complete()).isTrue();
    assertThat(meter.reported().tokens()).contains(new Tokens(9, 14, 7, 0, 0, 2, 0, 0));
  }

  @Test
  void anExceptionEndsTheStreamAsFailedAndKeepsWhatWasReported() {
    var meter = meter();
    meter.accept(MESSAGE_START);
    meter.accept(exception("throttlingException", "slow down"));
    assertThat(meter.complete()).isTrue();
    assertThat(meter.reported().failed()).isTrue();
    assertThat(meter.reported().tokens()).contains(new Tokens(10, 1, 7, 4, 3, 2, 0, 0));
    var nothing = meter();
    nothing.accept(joined(START, EventStream.error("InternalFailure")));
    assertThat(nothing.reported()).isEqualTo(Reported.NOTHING.asFailed(true));
  }

  @Test
  void aCutStreamKeepsWhatWasReported() {
    Buffer stream = joined(MESSAGE_START, MESSAGE_DELTA, MESSAGE_STOP);
    for (int at = MESSAGE_START.length(); at < stream.length(); at++) {
      var meter = meter();
      meter.accept(stream.slice(0, at));
      meter.end();
      assertThat(meter.complete()).isFalse();
      assertThat(meter.reported().tokens()).isPresent();
    }
    var converse = meter();
    converse.accept(joined(START, DELTA, STOP).appendBuffer(METADATA.slice(0, 100)));
    assertThat(converse.reported()).isEqualTo(Reported.NOTHING);
  }

  /** A damaged frame reaches the client as it is, but counts for nothing. */
  @Test
  void aDamagedFrameIsPassedOnUntouchedAndNotBelieved() {
    for (int i = 12; i < METADATA.length(); i++) {
      Buffer damaged = METADATA.copy().setByte(i, (byte) (METADATA.getByte(i) ^ 1));
      var meter = meter();
      assertThat(meter.accept(damaged)).isEqualTo(damaged);
      assertThat(meter.reported()).isEqualTo(Reported.NOTHING.asOdd(true));
      meter.accept(METADATA);
      assertThat(meter.reported().tokens()).contains(TOKENS);
    }
  }

  /** Then nobody can tell where the next frame begins. */
  @Test
  void damagedLengthsEndTheCountingButNotTheStream() {
    for (int i = 0; i < 12; i++) {
      Buffer damaged = METADATA.copy().setByte(i, (byte) (METADATA.getByte(i) ^ 1));
      var meter = meter();
      assertThat(meter.accept(damaged)).isEqualTo(damaged);
      assertThat(meter.accept(METADATA)).isEqualTo(METADATA);
      assertThat(meter.reported()).isEqualTo(Reported.NOTHING.asOdd(true));
    }
  }

  @Test
  void lengthsThatContradictEachOtherEndTheCounting() {
    Buffer shortFrame = Buffer.buffer().appendUnsignedInt(20).appendUnsignedInt(8);
    var crc = new java.util.zip.CRC32();
    crc.update(shortFrame.getBytes());
    shortFrame.appendUnsignedInt(crc.getValue());
    var meter = meter();
    meter.accept(joined(shortFrame, METADATA));
    assertThat(meter.reported()).isEqualTo(Reported.NOTHING.asOdd(true));
  }

  /** Memory stays bounded: what is too large to hold goes by unread. */
  @Test
  void aFrameOfTwentyMegabytesGoesByAndTheNextIsMeteredAgain() {
    Buffer large = event("contentBlockDelta", "\"" + "x".repeat(20 << 20) + "\"");
    Buffer largeMetadata = event("metadata", "\"" + "x".repeat(2 << 20) + "\"");
    var meter = meter();
    for (int i = 0; i < large.length(); i += 65_537) {
      meter.accept(large.slice(i, Math.min(large.length(), i + 65_537)));
    }
    assertThat(meter.complete()).isFalse();
    meter.accept(METADATA);
    assertThat(meter.complete()).isTrue();
    assertThat(meter.reported().tokens()).contains(TOKENS);
    var other = meter();
    other.accept(largeMetadata);
    assertThat(other.complete()).isTrue();
    assertThat(other.reported()).isEqualTo(Reported.NOTHING);
  }

  @Test
  void headersOfEveryTypeAreStridden() {
    Buffer headers =
        Buffer.buffer()
            .appendBuffer(typed("t", 0))
            .appendBuffer(typed("f", 1))
            .appendBuffer(typed("b", 2).appendByte((byte) 1))
            .appendBuffer(typed("s", 3).appendShort((short) 1))
            .appendBuffer(typed("i", 4).appendInt(1))
            .appendBuffer(typed("l", 5).appendLong(1))
            .appendBuffer(typed("a", 6).appendShort((short) 3).appendBytes(new byte[3]))
            .appendBuffer(typed("d", 8).appendLong(1))
            .appendBuffer(typed("u", 9).appendBytes(new byte[16]))
            .appendBuffer(header(":event-type", "metadata"))
            .appendBuffer(header(":message-type", "event"));
    var meter = meter();
    meter.accept(
        frame(headers, Buffer.buffer("{\"usage\":{\"inputTokens\":12,\"outputTokens\":3}}")));
    assertThat(meter.reported().tokens()).contains(TOKENS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "\"usage\"",
        "{\"usage\":7}",
        "{\"bytes\":7}",
        "{\"bytes\":\"%%%\"}",
        "{\"bytes\":\"bnVsbA==\"}",
        "{\"bytes\":\"eyJ1c2FnZSI6\"}",
        "{\"metadata\":{\"usage\":[]}}",
        "{",
        "",
      })
  void whatIsNotAnAnswerHarmsNothing(String payload) {
    var meter = meter();
    Buffer frames = joined(event("chunk", payload), event("odd", payload));
    assertThat(meter.accept(frames)).isEqualTo(frames);
    assertThat(meter.reported()).isEqualTo(Reported.NOTHING);
    meter.accept(event("metadata", payload));
    assertThat(meter.reported().tokens()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "0161", "016100", "01610aff", "016107", "01610700", "0161070005"})
  void headersThatAreCutHarmNothing(String hexadecimal) {
    Buffer headers = Buffer.buffer(HexFormat.of().parseHex(hexadecimal));
    var meter = meter();
    meter.accept(frame(headers, Buffer.buffer("{}")));
    assertThat(meter.reported().tokens()).isEmpty();
  }

  private static EventStreamMeter meter() {
    return new EventStreamMeter(new BedrockUsage(HttpHeaders.headers()));
  }

  private static Buffer typed(String name, int type) {
    return Buffer.buffer()
        .appendByte((byte) name.length())
        .appendString(name)
        .appendByte((byte) type);
  }

  private static Buffer joined(Buffer... parts) {
    Buffer joined = Buffer.buffer();
    for (Buffer part : parts) {
      joined.appendBuffer(part);
    }
    return joined;
  }
}
