package dev.adp.terraform.grpc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The streams of a connection that are not done with, and how much may be sent on each and on all
 * together.
 */
final class FlowControl {
  private static final class Window {
    private long bytes; // Below zero when the client has made all windows smaller meanwhile.
    private boolean open = true;

    Window(long bytes) {
      this.bytes = bytes;
    }
  }

  private record Entry(Http2Stream stream, Window window) {}

  private final Map<Integer, Entry> entries = new HashMap<>();
  private long connection = ReceiveWindow.BYTES_AT_FIRST;
  private int initial = ReceiveWindow.BYTES_AT_FIRST;

  synchronized int streams() {
    return entries.size();
  }

  synchronized Optional<Http2Stream> stream(int id) {
    Entry entry = entries.get(id);
    return entry == null ? Optional.empty() : Optional.of(entry.stream());
  }

  synchronized void add(Http2Stream stream) {
    entries.put(stream.id(), new Entry(stream, new Window(initial)));
  }

  /** Nobody works on it any more. */
  synchronized void remove(int id) {
    entries.remove(id);
  }

  /** Whether something may still be said on a stream. */
  synchronized boolean isOpen(int id) {
    Entry entry = entries.get(id);
    return entry != null && entry.window().open;
  }

  /**
   * From now on nothing is said on a stream.
   *
   * @return whether it was open until now
   */
  synchronized boolean close(int id) {
    Entry entry = entries.get(id);
    if (entry == null || !entry.window().open) {
      return false;
    }
    entry.window().open = false;
    notifyAll();
    return true;
  }

  /** The connection is gone. */
  synchronized void closeAll() {
    entries.values().forEach(entry -> entry.window().open = false);
    notifyAll();
  }

  /**
   * Takes from the windows what is about to be sent.
   *
   * @param waiting whether to wait until something may be sent
   * @return how much may be sent: 0 if there is nothing yet, or if the stream is closed
   */
  synchronized int take(int id, int bytesMax, boolean waiting) {
    while (true) {
      Entry entry = entries.get(id);
      if (entry == null || !entry.window().open) {
        return 0;
      }
      long bytes = Math.min(bytesMax, Math.min(connection, entry.window().bytes));
      if (bytes > 0) {
        connection -= bytes;
        entry.window().bytes -= bytes;
        return (int) bytes;
      }
      if (!waiting) {
        return 0;
      }
      try {
        wait();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return 0;
      }
    }
  }

  /** The client takes more on the whole connection. */
  synchronized void moreOnConnection(int bytes) throws ConnectionError {
    connection += bytes;
    requireInRange(connection);
    notifyAll();
  }

  /**
   * The client takes more on a stream.
   *
   * @return whether its window is not larger than may be
   */
  synchronized boolean more(int id, int bytes) {
    Entry entry = entries.get(id);
    if (entry == null) {
      return true; // It has ended meanwhile.
    }
    entry.window().bytes += bytes;
    notifyAll();
    return entry.window().bytes <= Integer.MAX_VALUE;
  }

  /** The client has changed the window that streams start with; those that are there follow. */
  synchronized void startWith(int bytes) throws ConnectionError {
    int difference = bytes - initial;
    initial = bytes;
    for (Entry entry : entries.values()) {
      entry.window().bytes += difference;
      requireInRange(entry.window().bytes);
    }
    notifyAll();
  }

  private static void requireInRange(long window) throws ConnectionError {
    if (window > Integer.MAX_VALUE) {
      throw new ConnectionError(ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
    }
  }
}
