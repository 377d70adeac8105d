package dev.adp.store;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory in which event loops leave lines for the journal's writer, so that nobody waits for a
 * thread to wake up. It is a file's, mapped and written through before its first use: what has been
 * put there is the operating system's, as what {@code write} was given is, and outlives {@code kill
 * -9}. It is read by the next process alone: this one keeps the lines on its heap as well, so that
 * nothing depends on the file while it lives.
 *
 * <p>It is a ring of entries, each {@code <length of the line, 4 bytes> <4 unused> <position, 8
 * bytes> <line>}, at multiples of 16. Positions only grow: an entry that does not tell its own is
 * one of an earlier lap. The length is written last: one without was never finished.
 */
final class JournalStage {
  private static final Logger LOG = LoggerFactory.getLogger(JournalStage.class);
  static final String FILE = "stage";
  static final int RING_BYTES = 2 << 20;

  /** Tells that the file is whole, and how to read it. */
  private static final long MAGIC = 0x61_64_70_73_74_67_30_31L;

  private static final int MAGIC_AT = 0;
  private static final int TAKEN_AT = 8;
  private static final int RING_AT = 64;
  private static final int FILE_BYTES = RING_AT + RING_BYTES;
  private static final int HEAD_BYTES = 16;

  /** So that where anything fits, a head does. */
  private static final int ALIGNMENT = HEAD_BYTES;

  private static final int POSITION_AT = 8;

  /** Stands where the lines of this lap end before the ring does. */
  private static final int NEXT_LAP = -1;

  private final Path file;

  /** Where there is none, nothing can be put. */
  private final @Nullable MappedByteBuffer memory;

  private final Deque<Line> waiting = new ArrayDeque<>();

  /** Up to where the file says that the journal has the lines, and where the next one goes. */
  private long taken;

  private long end;
  private boolean open;

  /**
   * A line that waits to be written.
   *
   * @param end position behind it
   * @param sinceNanos when it was put, or found
   */
  record Line(ByteBuffer bytes, long end, long sinceNanos) {}

  private JournalStage(Path file, @Nullable MappedByteBuffer memory) {
    this.file = file;
    this.memory = memory;
    if (memory != null) {
      open = true;
      taken = memory.getLong(TAKEN_AT);
      waiting.addAll(left(memory, taken));
      end = waiting.isEmpty() ? taken : waiting.getLast().end();
    }
  }

  /**
   * Opens the stage of a journal. On a disk that has no room for it nothing can be put.
   *
   * @throws IOException if it may hold lines of an earlier process and cannot be read
   */
  static JournalStage open(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (isUsed(file)) {
      return new JournalStage(file, mapped(file));
    }
    Files.deleteIfExists(file); // Never finished.
    try {
      return new JournalStage(file, made(file));
    } catch (IOException e) {
      LOG.warn("no room for {}: each call waits for the journal's writer", file, e);
      Files.deleteIfExists(file);
      return new JournalStage(file, null);
    }
  }

  private static boolean isUsed(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (var channel = FileChannel.open(file)) {
      var magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      boolean used = channel.read(magic, MAGIC_AT) == Long.BYTES && magic.getLong(0) == MAGIC;
      if (used && channel.size() != FILE_BYTES) {
        throw new IOException(
            file
                + " has another size than it was made with: put back the whole file, or move it away");
      }
      return used;
    }
  }

  /** All of its blocks are there before it is used: a store to one that is not is skipped. */
  private static MappedByteBuffer made(Path file) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var zeros = ByteBuffer.allocate(FILE_BYTES);
      while (zeros.hasRemaining()) {
        var _ = channel.write(zeros);
      }
      channel.force(true);
    }
    MappedByteBuffer memory = mapped(file);
    memory.putLong(MAGIC_AT, MAGIC);
    return memory;
  }

  private static MappedByteBuffer mapped(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer memory = channel.map(MapMode.READ_WRITE, 0, FILE_BYTES);
      memory.order(ByteOrder.LITTLE_ENDIAN);
      return memory;
    }
  }

  /**
   * Leaves a line, which outlives the process from here on.
   *
   * @return whether there was room
   */
  synchronized boolean put(byte[] line) {
    int bytes = entryBytes(line.length);
    if (memory == null || !open || bytes > RING_BYTES) {
      return false;
    }
    try {
      if (end == taken) {
        begin(memory);
      }
      int left = RING_BYTES - ring(end);
      long start = bytes > left ? end + left : end;
      if (start + bytes - taken > RING_BYTES) {
        return false;
      }
      if (start > end) {
        entry(memory, end, NEXT_LAP, new byte[0]);
      }
      entry(memory, start, line.length, line);
      end = start + bytes;
    } catch (InternalError e) { // So the JVM tells, a little later, that the system has no page.
      LOG.error("{} cannot be written: each call waits for the journal's writer", file, e);
      open = false;
      return false;
    }
    waiting.add(new Line(ByteBuffer.wrap(line), end, System.nanoTime()));
    return true;
  }

  /** While little is going on, the same few pages of memory are enough. */
  private void begin(MappedByteBuffer ring) {
    end += (RING_BYTES - ring(end)) % RING_BYTES;
    taken = end;
    ring.putLong(TAKEN_AT, taken);
  }

  private static void entry(MappedByteBuffer ring, long position, int length, byte[] line) {
    int at = RING_AT + ring(position);
    ring.putInt(at, 0);
    VarHandle.releaseFence(); // No other length stands before what it does not belong to.
    ring.putLong(at + POSITION_AT, position);
    ring.put(at + HEAD_BYTES, line);
    VarHandle.releaseFence();
    ring.putInt(at, length);
  }

  /** What waits, in order; for the writer alone, as the next method is. */
  synchronized List<Line> next() {
    return List.copyOf(waiting);
  }

  /**
   * The journal has these lines: their room is free.
   *
   * @param lines the first that wait, at least one
   */
  void taken(List<Line> lines) {
    long position = lines.getLast().end();
    if (memory != null) {
      memory.putLong(TAKEN_AT, position); // May wait for the disk, so no loop waits for it.
    }
    synchronized (this) {
      lines.forEach(_ -> waiting.removeFirst());
      taken = position;
    }
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** Age of the first line that waits; zero when none does. */
  synchronized Duration oldest() {
    return waiting.isEmpty()
        ? Duration.ZERO
        : Duration.ofNanos(System.nanoTime() - waiting.getFirst().sinceNanos());
  }

  /** What an earlier process has left behind a position. */
  private static List<Line> left(MappedByteBuffer ring, long from) {
    var lines = new ArrayList<Line>();
    long position = from;
    while (position < from + RING_BYTES) {
      int at = RING_AT + ring(position);
      int length = ring.getInt(at);
      int left = RING_BYTES - ring(position);
      if (ring.getLong(at + POSITION_AT) != position || length == 0) {
        break;
      }
      if (length == NEXT_LAP) {
        position += left;
        continue;
      }
      if (length < 0 || length > left - HEAD_BYTES) {
        break;
      }
      var line = new byte[length];
      ring.get(at + HEAD_BYTES, line);
      if (line[length - 1] != '\n') {
        break; // As a power failure leaves it: one page was kept, another was not.
      }
      position += entryBytes(length);
      lines.add(new Line(ByteBuffer.wrap(line), position, System.nanoTime()));
    }
    return lines;
  }

  private static int ring(long position) {
    return (int) (position % RING_BYTES);
  }

  private static int entryBytes(int line) {
    return Math.ceilDiv(HEAD_BYTES + line, ALIGNMENT) * ALIGNMENT;
  }

  /** Takes nothing any more. */
  synchronized void close() {
    open = false;
  }

  /** Leaves no file where no line waits. */
  synchronized void delete() {
    if (waiting.isEmpty()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("cannot delete {}, which is empty", file, e);
      }
    }
  }
}
