package dev.adp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal on disk: numbered segments of lines, each {@code <crc32c of the JSON, 8 hex digits>
 * <JSON object>\n}. Segments are only appended to, and deleted once drained.
 */
final class JournalFiles {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);
  private static final int CRC_CHARS = 8;
  private static final String SUFFIX = ".journal";

  private JournalFiles() {}

  /**
   * Whole lines of a segment and where the next read goes on.
   *
   * @param text what the rows are parts of
   */
  record Batch(List<JournalRow> rows, JournalText text, long nextOffset) {}

  static Path segment(Path directory, long number) {
    return directory.resolve("%016d%s".formatted(number, SUFFIX));
  }

  static FileChannel open(Path directory, long segment) throws IOException {
    return FileChannel.open(
        segment(directory, segment), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Numbers of the segments that are there, the oldest first. */
  static List<Long> segments(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> Long.valueOf(name.substring(0, name.length() - SUFFIX.length())))
          .sorted()
          .toList();
    }
  }

  /** How many lines a segment has. */
  static long lines(Path segment) throws IOException {
    long lines = 0;
    var buffer = new byte[1 << 16];
    try (var in = Files.newInputStream(segment)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  static byte[] line(String json) {
    byte[] row = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer line = ByteBuffer.allocate(CRC_CHARS + 1 + row.length + 1);
    line.put(hex(crc(row, 0, row.length)).getBytes(StandardCharsets.US_ASCII));
    line.put((byte) ' ').put(row).put((byte) '\n');
    return line.array();
  }

  /**
   * Reads whole lines from an offset up to a limit.
   *
   * @param bytesMax larger than any record, so that as many bytes without an end are none
   * @param end bytes of the segment that are known to be written
   * @param sealed whether nobody writes to it any more: then a piece without an end is a torn one
   */
  static Batch read(Path segment, long offset, long end, int bytesMax, boolean sealed)
      throws IOException {
    byte[] bytes = new byte[(int) Math.min(end - offset, bytesMax)];
    try (var channel = Files.newByteChannel(segment)) {
      channel.position(offset);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until all of it is there.
      }
    }
    var text = new JournalText(bytes);
    var rows = new ArrayList<JournalRow>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        row(segment, text, start, i, rows);
        start = i + 1;
      }
    }
    if (start == 0 && bytes.length == bytesMax) {
      LOG.error("{}: skipped {} bytes without the end of a record", segment, bytes.length);
      start = bytes.length;
    } else if (sealed && offset + bytes.length == end && start < bytes.length) {
      LOG.warn("{}: skipped a torn record of {} bytes at its end", segment, bytes.length - start);
      start = bytes.length;
    }
    return new Batch(List.copyOf(rows), text, offset + start);
  }

  private static void row(
      Path segment, JournalText text, int start, int end, List<JournalRow> rows) {
    int json = start + CRC_CHARS + 1;
    if (json < end && crcMatches(text.bytes(), start, json, end)) {
      rows.add(new JournalRow(text, json, end));
    } else {
      LOG.error("{}: skipped a damaged record of {} bytes", segment, end - start);
    }
  }

  private static boolean crcMatches(byte[] bytes, int start, int json, int end) {
    String written = new String(bytes, start, CRC_CHARS, StandardCharsets.US_ASCII);
    return written.equals(hex(crc(bytes, json, end - json)));
  }

  private static String hex(int crc) {
    return HexFormat.of().toHexDigits(crc);
  }

  private static int crc(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
