package dev.adp.store;

import dev.adp.store.JournalBacklog.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what the journal holds and the database does not have yet, oldest first. It keeps its place
 * in memory alone: a new process reads again what is still on disk.
 */
final class JournalReader {
  static final int PIECE_BYTES_MAX = 4 << 20;

  /** What one transaction takes at most: the more it does the rarer each sum is written. */
  private static final int BATCH_BYTES_MAX = 16 << 20;

  private final UsageJournal journal;
  private long offset;

  JournalReader(UsageJournal journal) {
    this.journal = journal;
  }

  /**
   * A piece of a segment.
   *
   * @param end where it ends
   * @param last whether the segment ends there, too, and grows no more
   */
  record Piece(long segment, List<String> rows, long end, boolean last) {}

  /** The oldest pieces, as many as one batch takes; none when all is stored. */
  List<Piece> next() throws IOException {
    Position written = journal.written();
    var pieces = new ArrayList<Piece>();
    long from = offset;
    long bytes = 0;
    for (long segment : JournalFiles.segments(journal.directory())) {
      Path file = JournalFiles.segment(journal.directory(), segment);
      boolean sealed = segment < written.segment();
      long end = sealed ? Files.size(file) : written.offset();
      boolean more = from < end || sealed;
      while (more && bytes < BATCH_BYTES_MAX) {
        JournalFiles.Batch batch = JournalFiles.read(file, from, end, PIECE_BYTES_MAX, sealed);
        bytes += batch.nextOffset() - from;
        more = batch.nextOffset() > from && batch.nextOffset() < end;
        from = batch.nextOffset();
        pieces.add(new Piece(segment, batch.rows(), from, sealed && from >= end));
      }
      if (pieces.isEmpty() || !pieces.getLast().last()) {
        break;
      }
      from = 0;
    }
    return pieces;
  }

  /** Goes on behind pieces that are stored, and drops segments that hold nothing else. */
  void stored(List<Piece> pieces) throws IOException {
    for (Piece piece : pieces) {
      offset = piece.end();
      journal.stored(piece.segment(), offset, piece.rows().size());
      if (piece.last()) {
        journal.drained(piece.segment());
        offset = 0;
      }
    }
  }

  /** Nobody writes any more and all is stored: the next process has nothing to read again. */
  void dropLast() throws IOException {
    if (!journal.hasStopped()) {
      return;
    }
    Position end = journal.written();
    Path directory = journal.directory();
    if (offset == end.offset()
        && JournalFiles.segments(directory).equals(List.of(end.segment()))
        && Files.size(JournalFiles.segment(directory, end.segment())) == offset) {
      journal.drained(end.segment());
      offset = 0;
    }
  }
}
