package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
  private static final int LENGTH = 40;

  @Test
  void plainTextEndsAtTheFirstQuoteOrBackslashWhereverItIs() {
    for (int value = 0; value < 256; value++) {
      for (int at = 0; at < LENGTH; at++) {
        byte[] text = "x".repeat(LENGTH).getBytes(StandardCharsets.US_ASCII);
        text[at] = (byte) value;
        boolean ends = value == '"' || value == '\\';
        for (int from = 0; from <= LENGTH; from++) {
          assertThat(JsonBytes.endOfPlainText(text, from))
              .as("byte %d at %d, from %d", value, at, from)
              .isEqualTo(ends && from <= at ? at : LENGTH);
        }
      }
    }
  }

  @Test
  void ofBytesOfEveryKindTheFirstCounts() {
    var random = new Random(1);
    for (int round = 0; round < 10_000; round++) {
      byte[] bytes = new byte[random.nextInt(LENGTH)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? '"' : '\\');
      }
      int expected = 0;
      while (expected < bytes.length && bytes[expected] != '"' && bytes[expected] != '\\') {
        expected++;
      }
      assertThat(JsonBytes.endOfPlainText(bytes, 0)).isEqualTo(expected);
    }
  }
}
