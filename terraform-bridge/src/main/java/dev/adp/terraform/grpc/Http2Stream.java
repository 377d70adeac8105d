package dev.adp.terraform.grpc;

import java.io.IOException;

/** One exchange on a connection: what is said on it, and what has come of the client's part. */
final class Http2Stream {
  private final int id;
  private final FrameWriter writer;
  private final FlowControl flow;

  /** The rest belongs to the thread that reads, until the client's part has ended. */
  private final ReceiveWindow window = new ReceiveWindow();

  private boolean clientHasEnded;

  Http2Stream(int id, FrameWriter writer, FlowControl flow) {
    this.id = id;
    this.writer = writer;
    this.flow = flow;
  }

  int id() {
    return id;
  }

  boolean clientHasEnded() {
    return clientHasEnded;
  }

  void clientEnds() {
    clientHasEnded = true;
  }

  /** Counts what has come, and lets the client send more in time. */
  void received(int bytes) throws IOException {
    int more = window.received(bytes);
    if (more > 0 && !clientHasEnded) {
      writer.moreWindow(id, more);
    }
  }

  /** Begins an answer; what is written leaves with what follows. */
  void begin(HeaderBlock headers) throws IOException {
    if (flow.isOpen(id)) {
      writer.headers(id, headers.bytes(), false);
    }
  }

  void flush() throws IOException {
    writer.flush();
  }

  /** Sends data, as fast as the client takes it and until it takes no more. */
  void send(byte[] bytes) throws IOException {
    int sent = 0;
    while (sent < bytes.length) {
      int bytesMax = Math.min(bytes.length - sent, Frames.PAYLOAD_BYTES_MAX);
      int taken = flow.take(id, bytesMax, false);
      if (taken == 0) {
        writer.flush(); // The client may be waiting for this before it takes more.
        taken = flow.take(id, bytesMax, true);
      }
      if (taken == 0) {
        return; // It wants no more.
      }
      writer.data(id, bytes, sent, taken);
      sent += taken;
    }
  }

  /** Ends the stream, unless it has ended, whether or not the client has said all. */
  void end(HeaderBlock headers) throws IOException {
    if (flow.close(id)) {
      writer.headers(id, headers.bytes(), true);
      if (!clientHasEnded) {
        writer.reset(id, ErrorCode.NO_ERROR);
      }
    } else {
      // What was sent is out of the connection's window; others wait for it to be given back.
      writer.flush();
    }
  }

  /** Nobody works on it any more, however it has ended. */
  void release() {
    flow.close(id);
    flow.remove(id);
  }
}
