package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left in memory for the journal's writer is found there, by the next process too. */
class JournalStageTest {
  @TempDir Path directory;

  @Test
  void whatIsPutIsTakenOnceAndInOrder() throws IOException {
    var stage = JournalStage.open(directory);
    assertThat(stage.put(line("a"))).isTrue();
    assertThat(stage.put(line("b"))).isTrue();
    assertThat(texts(stage.next())).containsExactly("a", "b");
    stage.taken(stage.next());
    assertThat(texts(stage.next())).isEmpty();
    assertThat(stage.put(line("c"))).isTrue();
    assertThat(texts(stage.next())).containsExactly("c");
  }

  @Test
  void theNextProcessFindsWhatWasNotTaken() throws IOException {
    var killed = JournalStage.open(directory);
    killed.put(line("taken"));
    killed.taken(killed.next());
    killed.put(line("left"));
    killed.put(line("left too"));
    assertThat(texts(JournalStage.open(directory).next())).containsExactly("left", "left too");
  }

  /**
   * Many laps of lines of all lengths, fetched now and then, by processes that die now and then.
   */
  @Test
  void nothingIsLostOrChangedOverManyLaps() throws IOException {
    var random = new Random(7);
    var stage = JournalStage.open(directory);
    Deque<String> waiting = new ArrayDeque<>();
    int refused = 0;
    for (int i = 0; i < 60_000; i++) {
      String text = i + "x".repeat(random.nextInt(1_500));
      if (stage.put(line(text))) {
        waiting.add(text);
      } else {
        refused++;
      }
      if (random.nextInt(2_500) == 0) {
        stage = JournalStage.open(directory);
      }
      if (random.nextInt(1_500) == 0) {
        List<JournalStage.Line> lines = stage.next();
        assertThat(texts(lines)).isEqualTo(List.copyOf(waiting));
        waiting.clear();
        if (!lines.isEmpty()) {
          stage.taken(lines);
        }
      }
    }
    assertThat(texts(JournalStage.open(directory).next())).isEqualTo(List.copyOf(waiting));
    assertThat(refused).as("it was full at times").isBetween(1, 30_000);
  }

  @Test
  void oneThatIsFullTakesMoreOnceThereIsRoom() throws IOException {
    var stage = JournalStage.open(directory);
    byte[] line = line("x".repeat(1_000));
    int lines = 0;
    while (stage.put(line)) {
      lines++;
    }
    assertThat(lines).isBetween(JournalStage.RING_BYTES / 1_100, JournalStage.RING_BYTES / 1_000);
    assertThat(stage.next()).hasSize(lines);
    stage.taken(stage.next());
    assertThat(stage.put(line)).isTrue();
    assertThat(stage.put(new byte[JournalStage.RING_BYTES])).as("more than there is").isFalse();
    assertThat(stage.next()).hasSize(1);
  }

  /** As it is when the process dies before the length is there, over what an earlier lap left. */
  @Test
  void aLineWithoutItsLengthIsNone() throws IOException {
    var stage = JournalStage.open(directory);
    for (int lap = 0; lap < 2; lap++) {
      for (int i = 0; i < 100; i++) {
        stage.put(line("before " + i));
      }
      stage.taken(stage.next());
    }
    stage.put(line("whole"));
    byte[] before = Files.readAllBytes(directory.resolve(JournalStage.FILE));
    stage.put(line("torn"));
    byte[] after = Files.readAllBytes(directory.resolve(JournalStage.FILE));
    int[] changed = IntStream.range(0, before.length).filter(i -> before[i] != after[i]).toArray();
    int length = changed[0] / 16 * 16; // An entry begins there.
    assertThat(changed).hasSizeGreaterThan(5);
    assertThat(after[length]).isEqualTo((byte) "torn\n".length());
    for (int cut = 1; cut < changed.length; cut++) {
      byte[] torn = Arrays.copyOf(after, after.length);
      for (int i = cut; i < changed.length; i++) {
        torn[changed[i]] = before[changed[i]];
      }
      Arrays.fill(torn, length, length + 4, (byte) 0);
      Files.write(directory.resolve(JournalStage.FILE), torn);
      assertThat(texts(JournalStage.open(directory).next())).containsExactly("whole");
    }
    Files.write(directory.resolve(JournalStage.FILE), after);
    assertThat(texts(JournalStage.open(directory).next())).containsExactly("whole", "torn");
  }

  @Test
  void oneThatIsClosedTakesNothingAndGoesOnlyWhenItIsEmpty() throws IOException {
    var stage = JournalStage.open(directory);
    stage.put(line("a"));
    stage.close();
    assertThat(stage.put(line("b"))).isFalse();
    stage.delete();
    assertThat(directory.resolve(JournalStage.FILE)).exists();
    stage.taken(stage.next());
    stage.delete();
    assertThat(directory.resolve(JournalStage.FILE)).doesNotExist();
  }

  @Test
  void aFileThatWasNeverFinishedIsMadeAgain() throws IOException {
    Files.write(directory.resolve(JournalStage.FILE), new byte[100]);
    assertThat(JournalStage.open(directory).put(line("a"))).isTrue();
    Files.write(
        directory.resolve(JournalStage.FILE), new byte[8], StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(texts(JournalStage.open(directory).next())).isEmpty();
  }

  @Test
  void aUsedFileOfAnotherSizeIsNotThrownAway() throws IOException {
    JournalStage.open(directory).put(line("a"));
    Path file = directory.resolve(JournalStage.FILE);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> JournalStage.open(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another size");
    Files.write(file, whole);
    assertThat(texts(JournalStage.open(directory).next())).containsExactly("a");
  }

  @Test
  void whatWaitsIsCountedAndGrowsOld() throws IOException {
    var stage = JournalStage.open(directory);
    assertThat(stage.oldest()).isZero();
    stage.put(line("a"));
    stage.put(line("b"));
    assertThat(stage.waiting()).isEqualTo(2);
    assertThat(stage.oldest()).isPositive();
    stage.taken(stage.next());
    assertThat(stage.waiting()).isZero();
    assertThat(stage.oldest()).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whereThereIsNoRoomForItNothingIsPut() throws IOException {
    Path readOnly = Path.of("/sys/kernel"); // Nobody makes a file there, root neither.
    assertThat(JournalStage.open(readOnly).put(line("a"))).isFalse();
    assertThat(JournalStage.open(readOnly).next()).isEmpty();
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(List<JournalStage.Line> lines) {
    List<String> texts = new ArrayList<>();
    for (JournalStage.Line line : lines) {
      String text = StandardCharsets.UTF_8.decode(line.bytes().duplicate()).toString();
      texts.add(text.substring(0, text.length() - 1));
    }
    return texts;
  }
}
