package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Frames of HTTP/2 as a test wants them, right or wrong. Never acknowledges a setting. */
final class Http2Socket implements AutoCloseable {
  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int FRAME_BYTES_MAX = 16_384;
  private static final int PRIORITY = 32;
  private static final int PRIORITY_BYTES = 5;

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  /** A header as it is written, pseudo-headers too. */
  record Header(String name, String value) {}

  /** What the server sent. */
  record Frame(int type, int flags, int stream, Buffer payload) {
    /** Of a stream that was reset. */
    int resetCode() {
      return payload.getInt(0);
    }

    /** Of a connection that is given up. */
    int goAwayCode() {
      return payload.getInt(4);
    }
  }

  private Http2Socket(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** A connection on which nothing was sent. */
  static Http2Socket silent(int port) throws IOException {
    return new Http2Socket(port);
  }

  static Http2Socket open(int port) throws IOException {
    var socket = new Http2Socket(port);
    socket.write(PREFACE.getBytes(ISO_8859_1));
    socket.frame(SETTINGS, 0, 0, new byte[0]);
    return socket;
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.putShort((short) (payload.length >> 8)).put((byte) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    write(frame.array());
  }

  /** One head, in as many frames as it needs. */
  void head(int stream, int flags, List<Header> headers) throws IOException {
    byte[] block = block(headers);
    int first = Math.min(block.length, FRAME_BYTES_MAX);
    boolean whole = first == block.length;
    frame(
        HEADERS,
        flags | (whole ? END_HEADERS : 0),
        stream,
        ByteBuffer.allocate(first).put(block, 0, first).array());
    for (int from = first; from < block.length; from += FRAME_BYTES_MAX) {
      int length = Math.min(block.length - from, FRAME_BYTES_MAX);
      frame(
          CONTINUATION,
          from + length == block.length ? END_HEADERS : 0,
          stream,
          ByteBuffer.allocate(length).put(block, from, length).array());
    }
  }

  void reset(int stream, int code) throws IOException {
    frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
  }

  /** Literals that go into no table (RFC 7541, section 6.2.2). */
  private static byte[] block(List<Header> headers) {
    var block = new ByteArrayOutputStream();
    for (Header header : headers) {
      block.write(0);
      text(block, header.name());
      text(block, header.value());
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    int rest = text.length() - 127;
    if (rest < 0) {
      block.write(text.length());
    } else {
      block.write(127);
      for (; rest >= 128; rest >>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(text.getBytes(ISO_8859_1));
  }

  /** The next frame of one of these types, or none when the connection has ended. */
  Optional<Frame> next(List<Integer> types) throws IOException {
    try {
      while (true) {
        int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        Buffer payload = Buffer.buffer(in.readNBytes(length));
        if (types.contains(type)) {
          return Optional.of(new Frame(type, flags, stream, payload));
        }
      }
    } catch (EOFException | SocketException _) {
      return Optional.empty();
    }
  }

  /** Of an answer whose head is this frame. */
  String status(Frame head) throws Http2Exception {
    int from = (head.flags() & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
    var block = Unpooled.wrappedBuffer(head.payload().getBytes(from, head.payload().length()));
    return String.valueOf(decoder.decodeHeaders(head.stream(), block).status());
  }

  /** The status of the next answer, or RST with the code, or GOAWAY with the code, or END. */
  String outcome() throws Exception {
    Optional<Frame> next = next(List.of(HEADERS, RST_STREAM, GOAWAY));
    if (next.isEmpty()) {
      return "END";
    }
    Frame frame = next.get();
    return switch (frame.type()) {
      case HEADERS -> status(frame);
      case RST_STREAM -> "RST " + frame.resetCode();
      default -> "GOAWAY " + frame.goAwayCode();
    };
  }

  /** Reads whatever comes until the connection ends, or for twenty seconds. */
  void awaitEnd() throws IOException {
    if (next(List.of(-1)).isPresent()) {
      throw new AssertionError("no frame has this type");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
