package dev.adp.terraform.grpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One call: reads its request, has it answered by a thread of its own, and says how it ended. */
final class GrpcCall {
  private static final String GRPC = "application/grpc";
  private static final int DESCRIPTION_CHARS_MAX = 1_000;
  private static final String HEX = "0123456789ABCDEF";

  private final Http2Stream stream;
  private final GrpcMethod method;
  private final MessageReader reader;
  private final Optional<Long> deadline;

  private GrpcCall(
      Http2Stream stream, GrpcMethod method, MessageReader reader, Optional<Long> deadline) {
    this.stream = stream;
    this.method = method;
    this.reader = reader;
    this.deadline = deadline;
  }

  /**
   * Begins a call, or refuses it at once.
   *
   * @param messageBytesMax the longest request
   * @return nothing if it was refused, and has ended
   */
  static Optional<GrpcCall> begin(
      RequestHead head, Http2Stream stream, Optional<GrpcMethod> method, int messageBytesMax)
      throws IOException {
    if (!head.method().equals("POST")) {
      stream.end(new HeaderBlock().add(StaticTable.STATUS, "405"));
    } else if (!isGrpc(head.contentType())) {
      stream.end(new HeaderBlock().add(StaticTable.STATUS, "415"));
    } else if (method.isEmpty()) {
      refuse(stream, GrpcStatus.UNIMPLEMENTED, "there is no method " + head.path());
    } else if (!head.encoding().equals("identity")) {
      refuse(stream, GrpcStatus.UNIMPLEMENTED, "messages must not be compressed");
    } else {
      Optional<Long> timeout = head.timeout().flatMap(Timeout::nanos);
      if (timeout.isPresent() == head.timeout().isPresent()) {
        var reader = new MessageReader(messageBytesMax, head.encoding());
        var call =
            new GrpcCall(
                stream, method.get(), reader, timeout.map(nanos -> System.nanoTime() + nanos));
        call.open();
        return Optional.of(call);
      }
      refuse(stream, GrpcStatus.INTERNAL, "the timeout is none");
    }
    stream.release();
    return Optional.empty();
  }

  private static boolean isGrpc(String contentType) {
    if (!contentType.startsWith(GRPC)) {
      return false;
    }
    String rest = contentType.substring(GRPC.length());
    return rest.isEmpty() || rest.charAt(0) == '+' || rest.charAt(0) == ';';
  }

  private void open() throws IOException {
    if (method.isSilent()) {
      stream.begin(answering());
      stream.flush();
    }
  }

  Http2Stream stream() {
    return stream;
  }

  /** Takes a piece of the request. */
  void accept(byte[] bytes, int start, int end) throws IOException {
    if (method.isSilent()) {
      return; // Nobody asks what is said.
    }
    try {
      reader.accept(bytes, start, end);
    } catch (GrpcException e) {
      refuse(stream, e.status(), e.description());
      stream.release();
    }
  }

  /**
   * The request is complete.
   *
   * @return whether a thread works on it from now on
   */
  boolean complete() {
    if (!method.isSilent()) {
      Thread.ofPlatform().daemon().name("rpc").start(this::answer);
    }
    return !method.isSilent();
  }

  /** The client wants no answer any more. One that is being worked out is worked out to its end. */
  void cancel() {
    stream.release();
  }

  private void answer() {
    try {
      byte[] answer = MessageReader.framed(method.answer().apply(reader.message()));
      if (deadline.isPresent() && System.nanoTime() - deadline.get() > 0) {
        throw new GrpcException(GrpcStatus.DEADLINE_EXCEEDED, "the answer took too long");
      }
      stream.begin(answering());
      stream.send(answer);
      stream.end(new HeaderBlock().add("grpc-status", "0"));
    } catch (GrpcException e) {
      refuse(e);
    } catch (IOException _) {
      // The connection has ended: who reads from it sees that too.
    } catch (RuntimeException | Error e) {
      // Its client must not wait for ever; what is broken is said where this thread ends.
      refuse(new GrpcException(GrpcStatus.INTERNAL, "the method is broken"));
      throw e;
    } finally {
      stream.release();
      method.afterwards().run();
    }
  }

  private void refuse(GrpcException e) {
    try {
      refuse(stream, e.status(), e.description());
    } catch (IOException _) {
      // As above.
    }
  }

  private static HeaderBlock answering() {
    return new HeaderBlock().status200().add(StaticTable.CONTENT_TYPE, GRPC);
  }

  private static void refuse(Http2Stream stream, GrpcStatus status, String description)
      throws IOException {
    stream.end(
        answering()
            .add("grpc-status", String.valueOf(status.number()))
            .add("grpc-message", percentEncoded(description)));
  }

  /** Cut, so that the block fits a frame. */
  private static String percentEncoded(String text) {
    String cut = text.substring(0, Math.min(text.length(), DESCRIPTION_CHARS_MAX));
    var encoded = new StringBuilder();
    for (byte octet : cut.getBytes(StandardCharsets.UTF_8)) {
      if (octet >= ' ' && octet <= '~' && octet != '%') {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append(HEX.charAt((octet >> 4) & 15)).append(HEX.charAt(octet & 15));
      }
    }
    return encoded.toString();
  }
}
