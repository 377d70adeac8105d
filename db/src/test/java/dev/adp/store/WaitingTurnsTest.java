package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ConversationTurn.Recording;
import dev.adp.store.TurnRow.Side;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Turns come out as they went in, and in that order. */
class WaitingTurnsTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00.123456Z");
  private static final List<String> TEXTS =
      List.of("", "plain", "Ü\u0000ber", "Привет", "漢字かな", "🙂 a pair", "漢".repeat(40_000));

  private final WaitingTurns waiting = new WaitingTurns();

  private static TurnRow turn(int number, String input, String output) {
    return new TurnRow(
        START.plusNanos(number * 1_000L),
        new UUID(number, -1),
        new UUID(-1, number),
        "conversation " + number,
        "漢字 " + number,
        "",
        "trace",
        "span",
        "parent",
        "stop,length",
        new Side(number % 2 == 0 ? Recording.RECORDED : Recording.TRUNCATED, input),
        new Side(Recording.UNREADABLE, output));
  }

  @Test
  void textsOfAllKindsComeOutAsTheyWentIn() {
    List<TurnRow> turns = new ArrayList<>();
    for (String input : TEXTS) {
      for (String output : TEXTS) {
        turns.add(turn(turns.size(), input, output));
      }
    }
    turns.forEach(turn -> waiting.add(turn, 0));
    assertThat(all()).isEqualTo(turns);
  }

  private List<TurnRow> all() {
    List<TurnRow> turns = new ArrayList<>();
    for (var next = waiting.poll(0); next.isPresent(); next = waiting.poll(0)) {
      turns.add(next.get());
    }
    return turns;
  }

  /** Of many sizes, some larger than a page; pages are used again meanwhile. */
  @Test
  void whatComesAndGoesInTurnsKeepsItsOrder() {
    var random = new Random(3);
    List<TurnRow> in = new ArrayList<>();
    List<TurnRow> out = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      int chars = i % 500 == 7 ? WaitingTurns.PAGE_BYTES + 1 : random.nextInt(20_000);
      TurnRow turn = turn(i, "x".repeat(chars), "y");
      in.add(turn);
      waiting.add(turn, 0);
      for (int taken = random.nextInt(i % 1_000 < 500 ? 2 : 4); taken > 0; taken--) {
        waiting.poll(0).ifPresent(out::add);
      }
    }
    out.addAll(all());
    assertThat(out).hasSameSizeAs(in);
    for (int i = 0; i < in.size(); i++) { // Not all in one message.
      assertThat(out.get(i).equals(in.get(i))).as("turn %s", i).isTrue();
    }
  }

  @Test
  void aTurnThatCameLaterIsNotTakenYet() {
    long now = Long.MAX_VALUE; // The clock may pass it.
    waiting.add(turn(1, "a", "b"), now);
    waiting.add(turn(2, "a", "b"), now + 2);
    assertThat(waiting.poll(now - 1)).isEmpty();
    assertThat(waiting.poll(now + 1)).contains(turn(1, "a", "b"));
    assertThat(waiting.poll(now + 1)).isEmpty();
    assertThat(waiting.poll(now + 2)).contains(turn(2, "a", "b"));
    assertThat(waiting.poll(now + 3)).isEmpty();
  }
}
