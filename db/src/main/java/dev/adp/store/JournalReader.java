package dev.adp.store;

import dev.adp.store.JournalBacklog.Position;
import dev.adp.store.UsageRows.Portion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what the journal holds and the database does not have yet, oldest first, and may read ahead
 * of what is stored. It keeps its place in memory alone: a new process reads again what is still on
 * disk. One thread at a time reads.
 */
final class JournalReader {
  /** Just fits into a region of the heap, of which a larger array would take two. */
  static final int PIECE_BYTES_MAX = (4 << 20) - (1 << 10);

  /** What one transaction takes at most: the more it does the rarer each sum is written. */
  private static final int BATCH_BYTES_MAX = 16 << 20;

  /** Of the heap: three batches may be held at once, and the texts of two statements. */
  private static final int HEAP_PART = 24;

  private final UsageJournal journal;
  private final long batchBytesMax;

  /** Up to where pieces were handed out. */
  private Position read = new Position(0, 0);

  /** Up to where the oldest segment is stored. */
  private long storedOfOldest;

  /**
   * @param batchBytesMax what a batch has at most; at least {@value #PIECE_BYTES_MAX}
   */
  JournalReader(UsageJournal journal, long batchBytesMax) {
    this.journal = journal;
    this.batchBytesMax = batchBytesMax;
  }

  /** What this process can well hold several of. */
  static long batchBytesMax() {
    return Math.clamp(
        Runtime.getRuntime().maxMemory() / HEAP_PART, PIECE_BYTES_MAX, BATCH_BYTES_MAX);
  }

  /**
   * A piece of a segment.
   *
   * @param records how many are in it
   * @param end where it ends
   * @param last whether the segment ends there, too, and grows no more
   */
  record Piece(long segment, int records, long end, boolean last) {}

  /**
   * What one transaction takes.
   *
   * @param bytes of the journal
   * @param texts what the rows are parts of
   * @param portions its rows; none where pieces hold nothing but ends of segments
   */
  record Batch(List<Piece> pieces, long bytes, List<JournalText> texts, List<Portion> portions) {
    boolean isEmpty() {
      return pieces.isEmpty();
    }

    /** Its rows are stored. */
    void release() {
      texts.forEach(JournalText::release);
    }
  }

  /** The oldest that was not handed out before; empty when there is no more. */
  Batch next() throws IOException {
    Position written = journal.written();
    var pieces = new ArrayList<Piece>();
    var texts = new ArrayList<JournalText>();
    var rows = new ArrayList<JournalRow>();
    Position place = read;
    long bytes = 0;
    for (long segment : JournalFiles.segments(journal.directory())) {
      if (segment < place.segment()) {
        continue; // Read, and not stored as yet.
      }
      long from = segment == place.segment() ? place.offset() : 0;
      Path file = JournalFiles.segment(journal.directory(), segment);
      boolean sealed = segment < written.segment();
      long end = sealed ? Files.size(file) : written.offset();
      boolean more = from < end || sealed;
      while (more && bytes + PIECE_BYTES_MAX <= batchBytesMax) {
        JournalFiles.Batch batch = JournalFiles.read(file, from, end, PIECE_BYTES_MAX, sealed);
        bytes += batch.nextOffset() - from;
        more = batch.nextOffset() > from && batch.nextOffset() < end;
        from = batch.nextOffset();
        pieces.add(new Piece(segment, batch.rows().size(), from, sealed && from >= end));
        texts.add(batch.text());
        rows.addAll(batch.rows());
      }
      if (pieces.isEmpty() || !pieces.getLast().last()) {
        break;
      }
    }
    var batch = new Batch(List.copyOf(pieces), bytes, texts, UsageRows.portions(rows));
    if (!pieces.isEmpty()) {
      Piece last = pieces.getLast();
      read =
          last.last()
              ? new Position(last.segment() + 1, 0)
              : new Position(last.segment(), last.end());
    }
    return batch;
  }

  /**
   * The oldest piece that was not stored is: a segment that holds nothing else is dropped. The same
   * piece may come again, when that failed.
   */
  void stored(Piece piece) throws IOException {
    boolean again = storedOfOldest == piece.end();
    storedOfOldest = piece.end();
    journal.stored(piece.segment(), piece.end(), again ? 0 : piece.records());
    if (piece.last()) {
      journal.drained(piece.segment(), piece.end());
      storedOfOldest = 0;
    }
  }

  /** Nobody writes any more and all is stored: the next process has nothing to read again. */
  void dropLast() throws IOException {
    if (!journal.hasStopped()) {
      return;
    }
    Position end = journal.written();
    Path directory = journal.directory();
    if (storedOfOldest == end.offset()
        && JournalFiles.segments(directory).equals(List.of(end.segment()))
        && Files.size(JournalFiles.segment(directory, end.segment())) == storedOfOldest) {
      journal.drained(end.segment(), end.offset());
      storedOfOldest = 0;
    }
  }
}
