package dev.adp.store;

import dev.adp.domain.UsageRecord;
import dev.adp.store.JournalBacklog.Position;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each record in a local file before its call is allowed to end, so that it survives the
 * death of the process and any outage of the database. One thread appends, many records at a time;
 * the drain ({@link UsageDrain}) carries them to PostgreSQL.
 *
 * <p>A record counts as kept when it outlives {@code kill -9}: when an event loop has put it into
 * the {@link JournalStage}, where the writer looks every {@value #LOOK_MS} ms, or else when {@code
 * write} has returned. {@code fsync} follows that within {@value #FSYNC_MS} ms and one look.
 */
public final class UsageJournal implements UsageLedger, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageJournal.class);
  static final long LOOK_MS = 20;
  static final long FSYNC_MS = 60;

  /** Read in two pieces, each of which ends with a line. */
  private static final int SEGMENT_BYTES_MAX = 2 * JournalReader.PIECE_BYTES_MAX - (64 << 10);

  /** A segment goes as a whole; what is still there is read again by the next process. */
  private static final Duration SEGMENT_AGE_MAX = Duration.ofDays(1);

  private static final int GROUPS_MAX = 1_000;
  private static final long RETRY_MS = 200;
  private static final long CLOSE_MS_MAX = 10_000;

  private final Path directory;
  private final long bytesMax;
  private final long closeMsMax;
  private final long segmentNanosMax;
  private final LinkedBlockingQueue<JournalGroup> queue = new LinkedBlockingQueue<>();
  private final ThreadLocal<Loop> loop = ThreadLocal.withInitial(Loop::new);
  private final AtomicLong bytesOnDisk = new AtomicLong();
  private final LongAdder dropped = new LongAdder();
  private final JournalBacklog backlog = new JournalBacklog();

  /** How much of the oldest segment is in the database, whose file goes only as a whole. */
  private volatile long storedOfOldest;

  private final JournalStage stage;
  private final Thread writer;
  private volatile boolean failing;
  private volatile boolean closing;
  private volatile boolean stopped;

  /** Written by the writer alone; the drain reads it to know how far it may read. */
  private volatile Position written;

  private FileChannel channel;
  private long fsyncDueNanos = Long.MAX_VALUE;

  /** When the open segment got its first record. */
  private long segmentSinceNanos;

  /**
   * What one event loop has recorded in one go. It leaves that where it outlives the process; only
   * where there is no room it wakes the writer, which costs more than to write, and waits for him.
   */
  private final class Loop {
    private List<JournalEntry> gathered = new ArrayList<>();

    void add(JournalEntry entry, Context context) {
      gathered.add(entry);
      if (gathered.size() == 1) {
        context.runOnContext(_ -> handOver(context));
      }
    }

    private void handOver(Context context) {
      List<JournalEntry> entries = gathered;
      gathered = new ArrayList<>();
      List<JournalEntry> kept = new ArrayList<>(entries.size());
      List<JournalEntry> waiting = new ArrayList<>();
      entries.forEach(entry -> (!failing && stage.put(entry.line()) ? kept : waiting).add(entry));
      if (!waiting.isEmpty()) {
        UsageJournal.this.handOver(new JournalGroup(waiting, Optional.of(context)));
      }
      kept.forEach(JournalEntry::tell);
    }
  }

  /**
   * Opens the journal of this process. What an earlier process left is there for the drain.
   *
   * @param bytesMax when more than this waits for the database, {@link #full} says so
   */
  public UsageJournal(Path directory, long bytesMax) {
    this(directory, bytesMax, CLOSE_MS_MAX, SEGMENT_AGE_MAX);
  }

  /**
   * @param closeMsMax how long {@link #close} waits for a disk that takes nothing
   * @param segmentAgeMax from the first record of a segment until the next segment is begun
   */
  UsageJournal(Path directory, long bytesMax, long closeMsMax, Duration segmentAgeMax) {
    this.directory = directory;
    this.bytesMax = bytesMax;
    this.closeMsMax = closeMsMax;
    this.segmentNanosMax = segmentAgeMax.toNanos();
    try {
      Files.createDirectories(directory);
      List<Long> left = JournalFiles.segments(directory);
      for (long segment : left) {
        Path file = JournalFiles.segment(directory, segment);
        long bytes = Files.size(file);
        bytesOnDisk.addAndGet(bytes);
        Instant since = Files.getLastModifiedTime(file).toInstant();
        backlog.left(
            new Position(segment, bytes),
            JournalFiles.lines(file),
            Duration.between(since, Instant.now()));
      }
      this.written = new Position(left.isEmpty() ? 1 : left.getLast() + 1, 0);
      this.channel = JournalFiles.open(directory, written.segment());
      this.stage = JournalStage.open(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the usage journal in " + directory, e);
    }
    this.writer = Thread.ofPlatform().name("adp-journal").start(this::write);
  }

  @Override
  public Future<Void> record(UsageRecord record) {
    byte[] line;
    try {
      line = JournalFiles.line(UsageJson.of(record));
    } catch (RuntimeException e) {
      LOG.error("a usage record cannot be written", e);
      dropped.increment();
      return Future.failedFuture(e);
    }
    var entry = new JournalEntry(line);
    Context context = Vertx.currentContext();
    if (context != null && context.isEventLoopContext() && Context.isOnEventLoopThread()) {
      loop.get().add(entry, context);
    } else {
      handOver(new JournalGroup(List.of(entry), Optional.empty()));
    }
    return entry.told();
  }

  private void handOver(JournalGroup group) {
    queue.add(group);
    if (stopped) {
      failWaiting(); // Nobody looks into the queue any more.
    }
  }

  @Override
  public boolean full() {
    return failing || stopped || pendingBytes() >= bytesMax;
  }

  /** Bytes that wait for the database. */
  public long pendingBytes() {
    return bytesOnDisk.get() - storedOfOldest;
  }

  Path directory() {
    return directory;
  }

  Position written() {
    return written;
  }

  /** Whether nothing more will be written. */
  boolean hasStopped() {
    return stopped;
  }

  /** Tells that so many more records of the oldest segment are in the database, up to an offset. */
  void stored(long segment, long offset, int records) {
    storedOfOldest = offset;
    backlog.stored(new Position(segment, offset), records);
  }

  /** Records that wait for the database. */
  public long pendingRecords() {
    int staged = stage.waiting(); // First: what is fetched meanwhile is told twice, not never.
    return staged + backlog.pending();
  }

  /** Age of the oldest record that waits for the database; zero when none does. */
  public Duration oldestPending() {
    Duration staged = stage.oldest();
    Duration written = backlog.oldest();
    return staged.compareTo(written) > 0 ? staged : written;
  }

  /** Records that could not be kept; each is an error in the log, and none are in normal life. */
  public long dropped() {
    return dropped.sum();
  }

  /** Forgets a segment of so many bytes whose every record is in the database. */
  void drained(long segment, long size) throws IOException {
    boolean _ = Files.deleteIfExists(JournalFiles.segment(directory, segment));
    storedOfOldest = 0;
    bytesOnDisk.addAndGet(-size);
  }

  /**
   * Writes what has been recorded, then stops; gives up after {@value #CLOSE_MS_MAX} ms on a disk
   * that takes nothing. Recording after this is an error of the caller.
   */
  @Override
  public void close() {
    closing = true;
    queue.add(new JournalGroup(List.of(), Optional.empty()));
    try {
      if (!writer.join(Duration.ofMillis(closeMsMax))) {
        writer.interrupt();
        writer.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    var groups = new ArrayList<JournalGroup>();
    try {
      while (!closing || !queue.isEmpty()) {
        JournalGroup first = queue.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        if (first != null) {
          groups.add(first);
          queue.drainTo(groups, GROUPS_MAX - 1);
        }
        keepStagedAnd(groups);
        fsyncIfDue();
        sealIfOld();
      }
      stage.close();
      keepStagedAnd(groups);
      channel.force(false);
      channel.close();
      stage.delete();
    } catch (InterruptedException | IOException | RuntimeException | InternalError e) {
      LOG.error("the usage journal stopped early: calls that wait for it do not end whole", e);
      failing = true;
    } finally {
      stage.close();
      stopped = true;
      fail(groups);
      failWaiting();
    }
  }

  private void keepStagedAnd(List<JournalGroup> groups) throws InterruptedException {
    List<JournalStage.Line> staged = stage.next();
    List<byte[]> lines = new ArrayList<>();
    staged.forEach(line -> lines.add(line.bytes().array()));
    groups.forEach(group -> group.entries().forEach(entry -> lines.add(entry.line())));
    if (!lines.isEmpty()) {
      append(lines);
    }
    if (!staged.isEmpty()) {
      stage.taken(staged);
    }
    JournalGroup.tell(groups);
    groups.clear();
  }

  private void failWaiting() {
    var groups = new ArrayList<JournalGroup>();
    queue.drainTo(groups);
    fail(groups);
  }

  private void fail(List<JournalGroup> groups) {
    var stop = new IllegalStateException("the usage journal has stopped");
    for (JournalGroup group : groups) {
      for (JournalEntry entry : group.entries()) {
        dropped.increment();
        entry.failed(stop);
      }
    }
    JournalGroup.tell(groups);
  }

  /**
   * Tries until it succeeds: a record that cannot be written is kept here, and calls are refused.
   */
  private void append(List<byte[]> lines) throws InterruptedException {
    int bytes = lines.stream().mapToInt(line -> line.length).sum();
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    lines.forEach(buffer::put);
    while (true) {
      try {
        if (written.offset() + bytes > SEGMENT_BYTES_MAX && written.offset() > 0) {
          rotate();
        }
        long offset = written.offset();
        if (offset == 0) {
          segmentSinceNanos = System.nanoTime();
        }
        buffer.clear();
        while (buffer.hasRemaining()) {
          int count = channel.write(buffer, offset);
          offset += count;
        }
        written = new Position(written.segment(), offset);
        bytesOnDisk.addAndGet(bytes);
        backlog.written(written, lines.size());
        fsyncDueNanos =
            Math.min(fsyncDueNanos, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FSYNC_MS));
        failing = false;
        return;
      } catch (IOException e) {
        if (!failing) {
          LOG.error("cannot write the usage journal in {}: new calls are refused", directory, e);
          failing = true;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
      }
    }
  }

  private void rotate() throws IOException {
    channel.force(false);
    goOnInNext().close();
  }

  /** Begins another segment; the file of the one before is still open. */
  private FileChannel goOnInNext() throws IOException {
    FileChannel next = JournalFiles.open(directory, written.segment() + 1);
    FileChannel old = channel;
    channel = next;
    written = new Position(written.segment() + 1, 0);
    fsyncDueNanos = Long.MAX_VALUE;
    return old;
  }

  /** Lets the drain delete what is old, however little is written. */
  private void sealIfOld() {
    if (written.offset() == 0 || System.nanoTime() - segmentSinceNanos < segmentNanosMax) {
      return;
    }
    try {
      rotate();
    } catch (IOException e) {
      LOG.warn("cannot begin another segment of the usage journal in {}", directory, e);
      segmentSinceNanos = System.nanoTime(); // Not with every look.
    }
  }

  private void fsyncIfDue() {
    if (fsyncDueNanos == Long.MAX_VALUE || System.nanoTime() - fsyncDueNanos < 0) {
      return;
    }
    try {
      channel.force(false);
      fsyncDueNanos = Long.MAX_VALUE;
      failing = false;
    } catch (IOException e) {
      LOG.error("cannot sync the usage journal in {}: new calls are refused", directory, e);
      failing = true;
      leaveFile();
    }
  }

  /** A system tells once that it has lost what was written: a second sync would prove nothing. */
  private void leaveFile() {
    try {
      if (written.offset() > 0) {
        goOnInNext().close();
      }
      channel.force(true); // The disk takes something again.
      failing = false;
    } catch (IOException e) {
      LOG.warn("cannot begin another segment of the usage journal in {}", directory, e);
      fsyncDueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RETRY_MS);
    }
  }
}
