package dev.adp.terraform.grpc;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes frames, whole ones, for any thread. Those of an answer are gathered and leave together;
 * all others leave at once.
 */
final class FrameWriter {
  private static final int BUFFER_BYTES = 2 * Frames.PAYLOAD_BYTES_MAX;

  /** A client that does not read any more does not hold up the end. */
  private static final int GOODBYE_MS_MAX = 100;

  private static final byte[] NOTHING = {};

  private final OutputStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean sayThatTableIsEmpty;

  FrameWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
  }

  /** Settings and their values in turn, and how much more the whole connection may receive. */
  void greeting(int moreBytes, int... settings) throws IOException {
    var payload = new byte[settings.length * 3];
    for (int i = 0; i < settings.length; i += 2) {
      payload[3 * i] = (byte) (settings[i] >>> 8);
      payload[3 * i + 1] = (byte) settings[i];
      put(payload, 3 * i + 2, settings[i + 1]);
    }
    lock.lock();
    try {
      write(Frames.SETTINGS, 0, 0, payload, 0, payload.length);
      write(Frames.WINDOW_UPDATE, 0, 0, number(moreBytes), 0, 4);
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Accepts settings; afterwards our blocks fit a table that has become smaller. */
  void acceptSettings(boolean tableBecameSmaller) throws IOException {
    lock.lock();
    try {
      sayThatTableIsEmpty |= tableBecameSmaller;
      write(Frames.SETTINGS, Frames.ACK, 0, NOTHING, 0, 0);
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  void answerPing(byte[] payload, int length) throws IOException {
    writeAtOnce(Frames.PING, Frames.ACK, 0, payload, length);
  }

  void moreWindow(int stream, int bytes) throws IOException {
    writeAtOnce(Frames.WINDOW_UPDATE, 0, stream, number(bytes), 4);
  }

  void reset(int stream, ErrorCode code) throws IOException {
    writeAtOnce(Frames.RST_STREAM, 0, stream, number(code.number()), 4);
  }

  /**
   * Says that nothing will be answered any more, if the client still listens.
   *
   * @param lastStream the youngest that was looked at
   * @param reason for people: Terraform logs it with each call that it has lost
   * @return whether the client still listens
   */
  boolean sayGoodbye(int lastStream, ErrorCode code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
    var payload = new byte[8 + text.length];
    put(payload, 0, lastStream);
    put(payload, 4, code.number());
    System.arraycopy(text, 0, payload, 8, text.length);
    try {
      if (!lock.tryLock(GOODBYE_MS_MAX, TimeUnit.MILLISECONDS)) {
        return false;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      write(Frames.GOAWAY, 0, 0, payload, 0, payload.length);
      out.flush();
      return true;
    } catch (IOException _) {
      return false; // It is gone.
    } finally {
      lock.unlock();
    }
  }

  /** A header block, short enough for one frame; with the end of the stream all leaves. */
  void headers(int stream, byte[] block, boolean isEnd) throws IOException {
    int flags = Frames.END_HEADERS | (isEnd ? Frames.END_STREAM : 0);
    lock.lock();
    try {
      if (sayThatTableIsEmpty) {
        sayThatTableIsEmpty = false;
        frame(Frames.HEADERS, flags, stream, block.length + 1);
        out.write(HeaderBlock.TABLE_OF_SIZE_0);
        out.write(block);
      } else {
        write(Frames.HEADERS, flags, stream, block, 0, block.length);
      }
      if (isEnd) {
        out.flush();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A part of the data, short enough for one frame; it leaves with what follows. */
  void data(int stream, byte[] bytes, int start, int length) throws IOException {
    lock.lock();
    try {
      write(Frames.DATA, 0, stream, bytes, start, length);
    } finally {
      lock.unlock();
    }
  }

  void flush() throws IOException {
    lock.lock();
    try {
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  private void writeAtOnce(int type, int flags, int stream, byte[] payload, int length)
      throws IOException {
    lock.lock();
    try {
      write(type, flags, stream, payload, 0, length);
      out.flush();
    } finally {
      lock.unlock();
    }
  }

  private void write(int type, int flags, int stream, byte[] payload, int start, int length)
      throws IOException {
    frame(type, flags, stream, length);
    out.write(payload, start, length);
  }

  private void frame(int type, int flags, int stream, int length) throws IOException {
    var head = new byte[Frames.HEADER_BYTES];
    head[0] = (byte) (length >>> 16);
    head[1] = (byte) (length >>> 8);
    head[2] = (byte) length;
    head[3] = (byte) type;
    head[4] = (byte) flags;
    put(head, 5, stream);
    out.write(head);
  }

  private static byte[] number(int value) {
    var bytes = new byte[4];
    put(bytes, 0, value);
    return bytes;
  }

  private static void put(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }
}
