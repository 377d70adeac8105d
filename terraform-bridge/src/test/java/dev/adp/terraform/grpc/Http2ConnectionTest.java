package dev.adp.terraform.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frame by frame, what a library would not send among it. */
class Http2ConnectionTest {
  private static final int MESSAGE_BYTES_MAX = 9 << 20;
  private static final byte[] NOTHING = {};

  private final Semaphore answered = new Semaphore(0);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private GrpcServer server;
  private Socket socket;
  private FrameReader in;

  @BeforeEach
  void connect() throws IOException {
    var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Map<String, GrpcMethod> methods =
        Map.of(
            "/t.T/Echo",
            GrpcMethod.unary(message -> message, answered::release),
            "/t.T/Slow",
            GrpcMethod.unary(this::waits, answered::release),
            "/t.T/Broken",
            GrpcMethod.unary(_ -> overflow(), answered::release),
            "/t.T/Silent",
            GrpcMethod.silent());
    server =
        new GrpcServer(
            listening, accepted -> accepted, () -> methods, MESSAGE_BYTES_MAX, new Nobody());
    Thread.ofPlatform().daemon().start(server::serve);
    socket = new Socket(listening.getInetAddress(), listening.getLocalPort());
    socket.setSoTimeout(60_000);
    socket.setTcpNoDelay(true);
    in = new FrameReader(socket.getInputStream());
  }

  private byte[] waits(byte[] message) {
    try {
      mayAnswer.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return message;
  }

  private static byte[] overflow() {
    throw new StackOverflowError("thrown by a test");
  }

  @AfterEach
  void disconnect() throws IOException {
    socket.close();
    server.close();
  }

  private static final class Nobody implements GrpcServer.Clients {
    @Override
    public void come() {}

    @Override
    public void gone() {}

    @Override
    public void failed(IOException why) {}
  }

  private void send(int type, int flags, int stream, int... payload) throws IOException {
    var bytes = new byte[payload.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) payload[i];
    }
    send(type, flags, stream, bytes);
  }

  private void send(int type, int flags, int stream, byte[] payload) throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(
        new byte[] {
          (byte) (payload.length >> 16),
          (byte) (payload.length >> 8),
          (byte) payload.length,
          (byte) type,
          (byte) flags,
          (byte) (stream >> 24),
          (byte) (stream >> 16),
          (byte) (stream >> 8),
          (byte) stream
        });
    frame.writeBytes(payload);
    socket.getOutputStream().write(frame.toByteArray());
  }

  private void greet(int... settings) throws IOException {
    socket.getOutputStream().write(Frames.PREFACE);
    send(Frames.SETTINGS, 0, 0, settings);
  }

  private static byte[] request(String path) {
    return new HeaderBlock()
        .add(":method", "POST")
        .add(":scheme", "http")
        .add(":path", path)
        .add("content-type", "application/grpc")
        .add("te", "trailers")
        .bytes();
  }

  private void begin(int stream, String path) throws IOException {
    send(Frames.HEADERS, Frames.END_HEADERS, stream, request(path));
  }

  /** The next frame of a type, whatever comes before it. */
  private void await(int type) throws IOException {
    do {
      assertThat(in.next()).as("a frame of type %d", type).isTrue();
    } while (in.type() != type || (type == Frames.SETTINGS && !in.has(Frames.ACK)));
  }

  private byte[] content() {
    return Arrays.copyOfRange(in.payload(), in.start(), in.end());
  }

  private void assertRefused(ErrorCode code) throws IOException {
    await(Frames.GOAWAY);
    assertThat(in.number(4)).isEqualTo(code.number());
    assertThat(in.length()).as("with a reason").isGreaterThan(8);
    assertThat(in.next()).isFalse();
  }

  private String trailers() throws IOException {
    do {
      await(Frames.HEADERS);
    } while (!in.has(Frames.END_STREAM));
    return new String(content(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void settingsAndPingsAreAnswered() throws IOException {
    greet(0, 5, 0, 0, 0x40, 0, 0, 99, 0, 0, 0, 1);
    await(Frames.SETTINGS);
    send(Frames.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    await(Frames.PING);
    assertThat(in.has(Frames.ACK)).isTrue();
    assertThat(content()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  /** Padding, a priority, a block in three pieces, frames that nobody knows. */
  @Test
  void whatIsUnusualIsUnderstood() throws IOException {
    greet();
    byte[] block = request("/t.T/Echo");
    var first = new ByteArrayOutputStream();
    first.writeBytes(new byte[] {2, 0, 0, 0, 0, 16});
    first.write(block, 0, 7);
    first.writeBytes(new byte[2]);
    send(Frames.HEADERS, Frames.PADDED | Frames.PRIORITIZED, 1, first.toByteArray());
    send(Frames.CONTINUATION, 0, 1, NOTHING);
    send(Frames.CONTINUATION, Frames.END_HEADERS, 1, Arrays.copyOfRange(block, 7, block.length));
    send(42, 0xff, 1, 1, 2, 3);
    send(Frames.PRIORITY, 0, 9, 0, 0, 0, 0, 1);
    send(Frames.DATA, Frames.PADDED, 1, 3, 0, 0, 0, 0, 1, 0, 0, 0);
    send(Frames.DATA, Frames.END_STREAM, 1, 7);
    await(Frames.DATA);
    assertThat(content()).containsExactly(0, 0, 0, 0, 1, 7);
    assertThat(trailers()).contains("grpc-status\u00010");
  }

  /** The answer comes an octet at a time, as fast as the client takes it. */
  @Test
  void aWindowOfOneOctetIsKept() throws IOException {
    greet(0, 4, 0, 0, 0, 1);
    begin(1, "/t.T/Echo");
    send(Frames.DATA, Frames.END_STREAM, 1, 0, 0, 0, 0, 2, 8, 9);
    var received = new ByteArrayOutputStream();
    while (received.size() < 7) {
      await(Frames.DATA);
      assertThat(in.length()).isEqualTo(1);
      received.writeBytes(content());
      if (received.size() < 7) {
        send(Frames.PING, 0, 0, new byte[8]);
        assertThat(in.next()).isTrue();
        assertThat(in.type()).isEqualTo(Frames.PING); // Nothing but this until there is room.
        send(Frames.WINDOW_UPDATE, 0, 1, 0, 0, 0, 1);
      }
    }
    assertThat(received.toByteArray()).containsExactly(0, 0, 0, 0, 2, 8, 9);
    assertThat(trailers()).contains("grpc-status\u00010");
  }

  @Test
  void aWindowThatShrinksMeanwhileCanBeBelowZero() throws IOException {
    greet(0, 4, 0, 0, 0, 3);
    begin(1, "/t.T/Echo");
    send(Frames.DATA, Frames.END_STREAM, 1, 0, 0, 0, 0, 2, 8, 9);
    await(Frames.DATA);
    assertThat(in.length()).isEqualTo(3);
    send(Frames.SETTINGS, 0, 0, 0, 4, 0, 0, 0, 0);
    await(Frames.SETTINGS);
    send(Frames.WINDOW_UPDATE, 0, 1, 0, 0, 0, 3); // From -3 to 0.
    send(Frames.PING, 0, 0, new byte[8]);
    assertThat(in.next()).isTrue();
    assertThat(in.type()).isEqualTo(Frames.PING);
    send(Frames.WINDOW_UPDATE, 0, 1, 0, 0, 0, 9);
    await(Frames.DATA);
    assertThat(content()).containsExactly(0, 2, 8, 9);
  }

  @Test
  void aCallThatIsGivenUpIsWorkedOutAndNotAnswered() throws Exception {
    greet();
    begin(1, "/t.T/Slow");
    send(Frames.DATA, Frames.END_STREAM, 1, 0, 0, 0, 0, 0);
    send(Frames.RST_STREAM, 0, 1, 0, 0, 0, 8);
    begin(3, "/t.T/Echo");
    send(Frames.DATA, Frames.END_STREAM, 3, 0, 0, 0, 0, 0);
    assertThat(trailers()).contains("grpc-status\u00010");
    assertThat(in.stream()).isEqualTo(3);
    mayAnswer.countDown();
    begin(5, "/t.T/Slow");
    send(Frames.DATA, Frames.END_STREAM, 5, 0, 0, 0, 0, 0);
    trailers();
    assertThat(in.stream()).isEqualTo(5);
    assertThat(answered.tryAcquire(3, 1, TimeUnit.MINUTES)).isTrue();
  }

  /** Calls that are given up at once count until they are done with. */
  @Test
  void callsThatNobodyWaitsForAreLimitedToo() throws IOException {
    greet();
    int last = 2 * Http2Connection.STREAMS_MAX + 1;
    for (int stream = 1; stream <= last; stream += 2) {
      begin(stream, "/t.T/Slow");
      send(Frames.DATA, Frames.END_STREAM, stream, 0, 0, 0, 0, 0);
      send(Frames.RST_STREAM, 0, stream, 0, 0, 0, 8);
    }
    await(Frames.RST_STREAM);
    assertThat(in.stream()).isEqualTo(last);
    assertThat(in.number(0)).isEqualTo(ErrorCode.REFUSED_STREAM.number());
    mayAnswer.countDown();
  }

  @Test
  void aSilentStreamStaysOpenAndCanBeEndedAnyNumberOfTimes() throws IOException {
    greet();
    for (int stream = 1; stream < 4 * Http2Connection.STREAMS_MAX; stream += 2) {
      begin(stream, "/t.T/Silent");
      send(Frames.DATA, Frames.END_STREAM, stream, 0, 0, 0, 0, 0);
      await(Frames.HEADERS);
      assertThat(in.has(Frames.END_STREAM)).isFalse();
      send(Frames.RST_STREAM, 0, stream, 0, 0, 0, 8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/t.T/None, 00000000, 12",
    "/t.T/Echo, 0100000000, 13", // Compressed, and it does not say how.
    "/t.T/Echo, 007fffffff, 8", // Too large.
    "/t.T/Echo, 000000000109, 0",
    "/t.T/Echo, 00000000010909, 13", // More than one message.
    "/t.T/Echo, 000000000209, 13", // Cut off.
    "/t.T/Echo, 00, 13",
    "/t.T/Broken, 0000000000, 13"
  })
  void callsEndWithAStatus(String path, String message, String status) throws IOException {
    greet();
    begin(1, path);
    byte[] bytes = HexFormat.of().parseHex(message);
    send(Frames.DATA, Frames.END_STREAM, 1, bytes);
    assertThat(trailers()).contains("grpc-status" + (char) status.length() + status);
  }

  @Test
  void anAnswerThatIsLateIsNone() throws IOException {
    greet();
    byte[] block =
        new HeaderBlock()
            .add(":method", "POST")
            .add(":scheme", "http")
            .add(":path", "/t.T/Echo")
            .add("content-type", "application/grpc+proto")
            .add("grpc-timeout", "1n")
            .bytes();
    send(Frames.HEADERS, Frames.END_HEADERS, 1, block);
    send(Frames.DATA, Frames.END_STREAM, 1, 0, 0, 0, 0, 0);
    assertThat(trailers()).contains("grpc-status\u00014");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 00, PROTOCOL_ERROR", // Data of no stream.
    "0, 0, 7, 00, PROTOCOL_ERROR", // Of one that has not begun.
    "0, 8, 1, 0500, PROTOCOL_ERROR", // More padding than there is.
    "1, 4, 2, 82, PROTOCOL_ERROR", // An even number.
    "1, 4, 3, 80, COMPRESSION_ERROR",
    "1, 36, 3, 000000, FRAME_SIZE_ERROR", // A priority that is cut off.
    "2, 0, 1, 00, FRAME_SIZE_ERROR",
    "3, 0, 1, 00, FRAME_SIZE_ERROR",
    "3, 0, 9, 00000000, PROTOCOL_ERROR",
    "4, 0, 0, 00, FRAME_SIZE_ERROR",
    "4, 1, 0, 000100000000, FRAME_SIZE_ERROR",
    "4, 0, 1, '', PROTOCOL_ERROR",
    "4, 0, 0, 000200000002, PROTOCOL_ERROR",
    "4, 0, 0, 000480000000, FLOW_CONTROL_ERROR",
    "4, 0, 0, 000500000001, PROTOCOL_ERROR",
    "5, 4, 1, 00000002, PROTOCOL_ERROR",
    "6, 0, 0, 00, FRAME_SIZE_ERROR",
    "6, 0, 1, 0000000000000000, PROTOCOL_ERROR",
    "8, 0, 0, 00000000, PROTOCOL_ERROR",
    "8, 0, 0, 7fffffff, FLOW_CONTROL_ERROR",
    "9, 4, 1, 82, PROTOCOL_ERROR"
  })
  void whatBreaksTheRulesEndsTheConnection(
      int type, int flags, int stream, String payload, ErrorCode code) throws IOException {
    greet();
    begin(1, "/t.T/Silent");
    send(type, flags, stream, HexFormat.of().parseHex(payload));
    assertRefused(code);
  }

  @Test
  void aFrameThatIsTooLongEndsTheConnection() throws IOException {
    greet();
    socket.getOutputStream().write(new byte[] {0, 0x40, 1, 0, 0, 0, 0, 0, 1});
    assertRefused(ErrorCode.FRAME_SIZE_ERROR);
  }

  @Test
  void whoeverDoesNotSpeakHttp2IsToldSo() throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    await(Frames.GOAWAY);
    assertThat(in.number(4)).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
  }

  @Test
  void aHeaderBlockWithoutEndEndsTheConnection() throws IOException {
    greet();
    send(Frames.HEADERS, 0, 1, 0x82);
    send(Frames.CONTINUATION, 0, 1, new byte[Frames.PAYLOAD_BYTES_MAX]);
    await(Frames.GOAWAY);
    assertThat(in.number(4)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.number());
  }

  @Test
  void aFloodEndsTheConnection() throws IOException {
    greet();
    var flood = new ByteArrayOutputStream();
    for (int i = 0; i <= FrameRate.FRAMES_PER_S_MAX; i++) {
      flood.writeBytes(new byte[] {0, 0, 5, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0});
    }
    socket.getOutputStream().write(flood.toByteArray());
    await(Frames.GOAWAY);
    assertThat(in.number(4)).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.number());
  }

  @Test
  void moreThanTheWindowIsRefused() throws IOException {
    var window = new ReceiveWindow();
    assertThat(window.received(ReceiveWindow.BYTES / 2)).isEqualTo(ReceiveWindow.BYTES / 2);
    assertThat(window.received(1)).isZero();
    assertThatExceptionOfType(ConnectionError.class)
        .isThrownBy(() -> window.received(ReceiveWindow.BYTES));
  }

  /** A client whose table is smaller must be told that ours is, too. */
  @Test
  void aSmallerTableIsConfirmed() throws IOException {
    greet(0, 1, 0, 0, 0, 0);
    begin(1, "/t.T/Silent");
    await(Frames.HEADERS);
    assertThat(content()).startsWith(HeaderBlock.TABLE_OF_SIZE_0, 0x88);
    begin(3, "/t.T/Silent");
    await(Frames.HEADERS);
    assertThat(content()).startsWith(0x88);
  }
}
