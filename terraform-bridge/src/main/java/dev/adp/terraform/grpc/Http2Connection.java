package dev.adp.terraform.grpc;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A connection from its first octet to its last. One thread reads it; any thread answers. */
final class Http2Connection {
  /**
   * Terraform makes ten calls at a time; more if it is told to, but then it must still be able to
   * say that all shall stop.
   */
  static final int STREAMS_MAX = 1_000;

  static final int HEADER_LIST_BYTES_MAX = 16 << 10;
  private static final int HEADER_BLOCK_BYTES_MAX = 16 << 10;

  private final FrameReader reader;
  private final FrameWriter writer;
  private final Function<String, Optional<GrpcMethod>> methods;
  private final int messageBytesMax;
  private final FrameRate rate;
  private final HpackDecoder hpack = new HpackDecoder(HEADER_LIST_BYTES_MAX);
  private final ReceiveWindow window = new ReceiveWindow();
  private final FlowControl flow = new FlowControl();

  /** The calls that the client may still say something on; only the thread that reads asks. */
  private final Map<Integer, GrpcCall> calls = new HashMap<>();

  /** The youngest stream that the client has begun. */
  private volatile int lastStream;

  /** What happens when a client has been let in. */
  interface LetIn {
    void run() throws IOException;
  }

  /**
   * A connection whose client is known.
   *
   * @param methods finds what answers a path
   * @param messageBytesMax the longest request
   * @param nanoTime a clock that shows no time of day
   */
  Http2Connection(
      InputStream in,
      OutputStream out,
      Function<String, Optional<GrpcMethod>> methods,
      int messageBytesMax,
      LongSupplier nanoTime) {
    reader = new FrameReader(new BufferedInputStream(in, 2 * Frames.PAYLOAD_BYTES_MAX));
    writer = new FrameWriter(out);
    this.methods = methods;
    this.messageBytesMax = messageBytesMax;
    rate = new FrameRate(nanoTime);
  }

  /**
   * Serves until the client leaves.
   *
   * @param letIn told as soon as it has shown that it speaks HTTP/2
   * @throws IOException if it leaves amid a frame, or had to be told that it breaks the rules
   */
  void serve(LetIn letIn) throws IOException {
    try {
      greet();
      letIn.run();
      while (reader.next()) {
        take();
      }
    } catch (ConnectionError e) {
      writer.sayGoodbye(lastStream, e.code(), String.valueOf(e.getMessage()));
      throw e;
    } finally {
      flow.closeAll();
    }
  }

  /**
   * Tells the client that nothing will be answered any more.
   *
   * @return whether it still listens
   */
  boolean sayGoodbye() {
    return writer.sayGoodbye(lastStream, ErrorCode.NO_ERROR, "the plugin ends");
  }

  private void greet() throws IOException {
    writer.greeting(
        ReceiveWindow.BYTES - ReceiveWindow.BYTES_AT_FIRST,
        Frames.MAX_CONCURRENT_STREAMS,
        STREAMS_MAX,
        Frames.INITIAL_WINDOW_SIZE,
        ReceiveWindow.BYTES,
        Frames.MAX_HEADER_LIST_SIZE,
        HEADER_LIST_BYTES_MAX);
    reader.preface();
    if (!reader.next() || reader.type() != Frames.SETTINGS || reader.has(Frames.ACK)) {
      throw protocolError("the client does not begin with its settings");
    }
    settings();
  }

  private void take() throws IOException {
    if (reader.type() != Frames.DATA || reader.length() == 0) {
      rate.count();
    }
    switch (reader.type()) {
      case Frames.DATA -> data();
      case Frames.HEADERS -> headers();
      case Frames.PRIORITY -> {
        reader.requireStream(true);
        reader.requireLength(5); // And that is all: who is served first is for the threads.
      }
      case Frames.RST_STREAM -> reset();
      case Frames.SETTINGS -> settings();
      case Frames.PUSH_PROMISE -> throw protocolError("a client promises nothing");
      case Frames.PING -> ping();
      case Frames.GOAWAY -> reader.requireStream(false); // It will close the connection.
      case Frames.WINDOW_UPDATE -> windowUpdate();
      case Frames.CONTINUATION -> throw protocolError("nothing is to be continued");
      default -> {} // Whoever does not know a type ignores it.
    }
  }

  private void data() throws IOException {
    int id = begunStream();
    int more = window.received(reader.length());
    if (more > 0) {
      writer.moreWindow(0, more);
    }
    reader.removePadding();
    GrpcCall call = calls.get(id);
    if (call == null || call.stream().clientHasEnded()) {
      refuseMore(id);
      return;
    }
    boolean isEnd = reader.has(Frames.END_STREAM);
    if (isEnd) {
      call.stream().clientEnds();
    }
    call.stream().received(reader.length());
    call.accept(reader.payload(), reader.start(), reader.end());
    if (!flow.isOpen(id)) {
      calls.remove(id); // Refused just now.
    } else if (isEnd) {
      complete(call);
    }
  }

  private void complete(GrpcCall call) {
    if (call.complete()) {
      rate.forgive();
      calls.remove(call.stream().id());
    }
  }

  /** The request was complete. What was on its way when its call ended is of no interest. */
  private void refuseMore(int id) throws IOException {
    if (flow.isOpen(id)) {
      abort(id, ErrorCode.STREAM_CLOSED);
    }
  }

  private void abort(int id, ErrorCode code) throws IOException {
    writer.reset(id, code);
    cancel(id);
  }

  /** Whoever works on an answer finds that out, and counts as a stream until then. */
  private void cancel(int id) {
    GrpcCall call = calls.remove(id);
    if (call == null) {
      flow.close(id);
    } else {
      call.cancel();
    }
  }

  private void headers() throws IOException {
    reader.requireStream(true);
    int id = reader.stream();
    boolean isEnd = reader.has(Frames.END_STREAM);
    List<Header> fields = hpack.decode(block(id)); // Also of a call that has ended: tables follow.
    if (id <= lastStream) {
      trailers(id, isEnd);
      return;
    }
    if (id % 2 == 0) {
      throw protocolError("a client's streams have odd numbers");
    }
    lastStream = id;
    if (flow.streams() >= STREAMS_MAX) {
      writer.reset(id, ErrorCode.REFUSED_STREAM);
      return;
    }
    Optional<RequestHead> head = RequestHead.of(fields);
    if (head.isEmpty()) {
      writer.reset(id, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    begin(head.get(), id, isEnd);
  }

  private void begin(RequestHead head, int id, boolean isEnd) throws IOException {
    var stream = new Http2Stream(id, writer, flow);
    flow.add(stream);
    if (isEnd) {
      stream.clientEnds();
    }
    Optional<GrpcCall> call =
        GrpcCall.begin(head, stream, methods.apply(head.path()), messageBytesMax);
    if (call.isPresent()) {
      calls.put(id, call.get());
      if (isEnd) {
        complete(call.get());
      }
    }
  }

  /** Of fields that follow a request nothing is of interest but that they end it. */
  private void trailers(int id, boolean isEnd) throws IOException {
    GrpcCall call = calls.get(id);
    if (call == null || call.stream().clientHasEnded()) {
      refuseMore(id);
    } else if (isEnd) {
      call.stream().clientEnds();
      complete(call);
    } else {
      abort(id, ErrorCode.PROTOCOL_ERROR);
    }
  }

  /** The block of which the frame at hand is the first part. */
  private byte[] block(int id) throws IOException {
    reader.removePadding();
    reader.removePriority();
    var block = new ByteArrayOutputStream();
    block.write(reader.payload(), reader.start(), reader.end() - reader.start());
    while (!reader.has(Frames.END_HEADERS)) {
      if (!reader.next() || reader.type() != Frames.CONTINUATION || reader.stream() != id) {
        throw protocolError("a header block is not continued");
      }
      rate.count();
      block.write(reader.payload(), 0, reader.length());
      if (block.size() > HEADER_BLOCK_BYTES_MAX) {
        throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "a header block is too long");
      }
    }
    return block.toByteArray();
  }

  private void reset() throws IOException {
    int id = begunStream();
    reader.requireLength(4);
    cancel(id);
  }

  private void settings() throws IOException {
    reader.requireStream(false);
    if (reader.has(Frames.ACK)) {
      reader.requireLength(0);
      return;
    }
    reader.requireLength(reader.length() / 6 * 6);
    boolean tableBecameSmaller = false;
    for (int at = 0; at < reader.length(); at += 6) {
      int value = reader.number(at + 2);
      long unsigned = Integer.toUnsignedLong(value);
      switch (reader.shortNumber(at)) {
        case Frames.HEADER_TABLE_SIZE ->
            tableBecameSmaller |= unsigned < HpackDecoder.TABLE_BYTES_MAX;
        case Frames.ENABLE_PUSH -> require(unsigned <= 1, "pushing is neither on nor off");
        case Frames.INITIAL_WINDOW_SIZE -> {
          if (value < 0) {
            throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
          }
          flow.startWith(value);
        }
        case Frames.MAX_FRAME_SIZE ->
            require(
                unsigned >= Frames.PAYLOAD_BYTES_MAX && unsigned <= Frames.PAYLOAD_BYTES_LIMIT,
                "frames of that size there are not");
        default -> {} // Ours are few and short, whatever the client could take.
      }
    }
    writer.acceptSettings(tableBecameSmaller);
  }

  private void ping() throws IOException {
    reader.requireStream(false);
    reader.requireLength(8);
    if (!reader.has(Frames.ACK)) {
      writer.answerPing(reader.payload(), reader.length());
    }
  }

  private void windowUpdate() throws IOException {
    reader.requireLength(4);
    int more = reader.number(0) & Integer.MAX_VALUE;
    require(more > 0, "a window does not get larger by nothing");
    if (reader.stream() == 0) {
      flow.moreOnConnection(more);
      return;
    }
    int id = begunStream();
    if (!flow.more(id, more)) {
      abort(id, ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  /** The stream of the frame at hand, which the client must have begun. */
  private int begunStream() throws ConnectionError {
    reader.requireStream(true);
    int id = reader.stream();
    require(id % 2 == 1 && id <= lastStream, "a frame is of a stream that nobody has begun");
    return id;
  }

  private static void require(boolean condition, String otherwise) throws ConnectionError {
    if (!condition) {
      throw protocolError(otherwise);
    }
  }

  private static ConnectionError protocolError(String reason) {
    return new ConnectionError(ErrorCode.PROTOCOL_ERROR, reason);
  }
}
