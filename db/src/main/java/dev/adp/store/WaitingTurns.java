package dev.adp.store;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.domain.ConversationTurn.Recording;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Turns that wait, the first first, as bytes in a few large arrays that are used again. They wait
 * for about a second, longer than the collector lets young objects be: as objects each would be
 * copied, then become old, and cost more than reading it anew does.
 */
final class WaitingTurns {
  /** Of a page: some hundred turns of the usual size. */
  static final int PAGE_BYTES = 1 << 20;

  /** Kept for what comes next, while some wait. */
  private static final int SPARE_MAX = 8;

  private static final int TEXTS = 11;

  /** Length, when it came, start, two UUIDs, and the length of each text. */
  private static final int FIXED_BYTES = 4 + 8 + 8 + 4 + 4 * 8 + 4 * TEXTS;

  private final Deque<Page> pages = new ArrayDeque<>();
  private final Deque<Page> spare = new ArrayDeque<>();

  /** Turns one behind the other. */
  private static final class Page {
    private final byte[] bytes;
    private final ByteBuffer in;
    private final ByteBuffer out;

    Page(int size) {
      bytes = new byte[size];
      in = ByteBuffer.wrap(bytes);
      out = ByteBuffer.wrap(bytes);
    }

    boolean isRead() {
      return out.position() == in.position();
    }
  }

  /**
   * Adds a turn.
   *
   * @param since when it came, by {@link System#nanoTime}
   */
  void add(TurnRow turn, long since) {
    List<Text> texts = texts(turn);
    int size = FIXED_BYTES;
    for (Text text : texts) {
      size += text.bytes.length;
    }
    synchronized (this) {
      write(turn, since, texts, page(size).in, size);
    }
  }

  /** A text on its way; one that is shorter so has two bytes for each character. */
  private static final class Text {
    private final byte[] bytes;
    private final boolean wide;

    private Text(byte[] bytes, boolean wide) {
      this.bytes = bytes;
      this.wide = wide;
    }

    static Text of(String text) {
      byte[] bytes = text.getBytes(UTF_8);
      return bytes.length > 2 * text.length()
          ? new Text(text.getBytes(UTF_16BE), true)
          : new Text(bytes, false);
    }
  }

  private static List<Text> texts(TurnRow turn) {
    return Stream.of(
            turn.conversation(),
            turn.upstreamId(),
            turn.previousResponseId(),
            turn.traceId(),
            turn.spanId(),
            turn.parentSpanId(),
            turn.finishReasons(),
            turn.input().state().name(),
            turn.input().json(),
            turn.output().state().name(),
            turn.output().json())
        .map(Text::of)
        .toList();
  }

  private static void write(TurnRow turn, long since, List<Text> texts, ByteBuffer in, int size) {
    Instant startedAt = turn.startedAt();
    in.putInt(size).putLong(since);
    in.putLong(startedAt.getEpochSecond()).putInt(startedAt.getNano());
    write(turn.id(), in);
    write(turn.provider(), in);
    for (Text text : texts) {
      int length = text.bytes.length;
      in.putInt(text.wide ? -length : length).put(text.bytes);
    }
  }

  private static void write(UUID id, ByteBuffer in) {
    in.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  /** The last page, or another, where that has no room for so much. */
  private Page page(int bytes) {
    Page last = pages.peekLast();
    if (last != null && last.in.remaining() >= bytes) {
      return last;
    }
    Page next =
        bytes > PAGE_BYTES
            ? new Page(bytes)
            : Optional.ofNullable(spare.poll()).orElseGet(() -> new Page(PAGE_BYTES));
    pages.add(next);
    return next;
  }

  /** Takes the first turn if it came at that time, by {@link System#nanoTime}, or before. */
  synchronized Optional<TurnRow> poll(long until) {
    Page first = pages.peek();
    if (first == null || first.out.getLong(first.out.position() + Integer.BYTES) - until > 0) {
      return Optional.empty();
    }
    int end = first.out.position() + first.out.getInt(first.out.position());
    TurnRow turn = read(first);
    first.out.position(end);
    if (first.isRead()) {
      giveBack(pages.remove());
    }
    return Optional.of(turn);
  }

  private void giveBack(Page page) {
    page.in.clear();
    page.out.clear();
    int keptMax = pages.isEmpty() ? 1 : SPARE_MAX;
    if (page.bytes.length == PAGE_BYTES) {
      spare.push(page);
    }
    while (spare.size() > keptMax) {
      spare.removeLast();
    }
  }

  private static TurnRow read(Page page) {
    ByteBuffer from = page.out;
    from.position(from.position() + Integer.BYTES + Long.BYTES);
    Instant startedAt = Instant.ofEpochSecond(from.getLong(), from.getInt());
    UUID id = new UUID(from.getLong(), from.getLong());
    UUID provider = new UUID(from.getLong(), from.getLong());
    return new TurnRow(
        startedAt,
        id,
        provider,
        text(page),
        text(page),
        text(page),
        text(page),
        text(page),
        text(page),
        text(page),
        side(page),
        side(page));
  }

  private static TurnRow.Side side(Page page) {
    return new TurnRow.Side(Recording.valueOf(text(page)), text(page));
  }

  private static String text(Page page) {
    int length = page.out.getInt();
    int start = page.out.position();
    page.out.position(start + Math.abs(length));
    return length < 0
        ? new String(page.bytes, start, -length, UTF_16BE)
        : new String(page.bytes, start, length, UTF_8);
  }
}
