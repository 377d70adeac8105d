package dev.adp.terraform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** All in one instant: the clock stands still. */
class FrameRateTest {
  /** Fewer than may run at once, so that none is refused; their frames are too many together. */
  private static final int CALLS = Http2Connection.STREAMS_MAX - 10;

  private static final int FRAMES = FrameRate.FRAMES_PER_CALL - 2;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private void say(int type, int flags, int stream, byte[] payload) {
    said.writeBytes(
        ByteBuffer.allocate(Frames.HEADER_BYTES + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  private void serve() throws Exception {
    new Http2Connection(
            new ByteArrayInputStream(said.toByteArray()),
            OutputStream.nullOutputStream(),
            _ -> Optional.of(GrpcMethod.unary(message -> message, () -> {})),
            0,
            () -> 0)
        .serve(() -> {});
  }

  private void greet() {
    said.writeBytes(Frames.PREFACE);
    say(Frames.SETTINGS, 0, 0, new byte[0]);
  }

  private void sayNothing(int times) {
    for (int i = 0; i < times; i++) {
      say(Frames.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1});
    }
  }

  @Test
  void theFramesOfManyCallsAreNoFlood() {
    byte[] head =
        new HeaderBlock()
            .add(":method", "POST")
            .add(":scheme", "http")
            .add(":path", "/t.T/Echo")
            .add("content-type", "application/grpc")
            .bytes();
    greet();
    for (int stream = 1; stream < 2 * CALLS; stream += 2) {
      say(Frames.HEADERS, Frames.END_HEADERS, stream, head);
      sayNothing(FRAMES);
      say(Frames.DATA, Frames.END_STREAM, stream, new byte[MessageReader.PREFIX_BYTES]);
    }
    assertThatCode(this::serve).doesNotThrowAnyException();
  }

  @Test
  void asManyWithoutCallsAreOne() {
    greet();
    sayNothing(FrameRate.FRAMES_PER_S_MAX + 1);
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(this::serve)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
  }
}
