package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
  private static final int MAX = 1 << 20;

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", " GZIP "})
  void gzipIsUndone(String name) {
    assertUndone(name, gzip("hello"), "hello", true);
  }

  @Test
  void deflateIsUndoneWithItsFrameAndWithout() {
    assertUndone("deflate", deflate("hello", false), "hello", true);
    assertUndone("deflate", deflate("hello", true), "hello", true);
  }

  @Test
  void membersFollowEachOtherAndSomeHaveNamesAndMore() {
    byte[] named = gzip("world");
    named[3] = 2 | 4 | 8 | 16; // Sum of the header, extra field, name and comment.
    byte[] fields = {3, 0, 1, 2, 3, 'n', 0, 'c', 0, 7, 7};
    assertUndone(
        "gzip",
        joined(
            gzip("hello "),
            Arrays.copyOf(named, 10),
            fields,
            Arrays.copyOfRange(named, 10, named.length)),
        "hello world",
        true);
  }

  /** What follows is no member: readers pass it over. */
  @Test
  void whatStandsBehindTheLastMemberIsNoPartOfIt() {
    assertUndone("gzip", joined(gzip("hello"), "\0\0".getBytes(UTF_8)), "hello", true);
  }

  @Test
  void nothingInManyMembersTakesNoStack() {
    byte[] empty = gzip("");
    byte[] many = new byte[empty.length * 100_000];
    for (int i = 0; i < 100_000; i++) {
      System.arraycopy(empty, 0, many, i * empty.length, empty.length);
    }
    assertUndone("gzip", joined(many, gzip("hello")), "hello", true);
  }

  @Test
  void ofWhatBreaksOffThereIsTheBeginning() {
    byte[] whole = gzip("hello ".repeat(10_000));
    var plain = Encoding.undone("gzip", Arrays.copyOf(whole, whole.length / 2), MAX).orElseThrow();
    assertThat(plain.whole()).isFalse();
    assertThat(new String(plain.bytes(), UTF_8)).startsWith("hello hello");
  }

  @Test
  void noMoreIsMadeOfItThanMayBe() {
    var plain = Encoding.undone("gzip", gzip("x".repeat(100_000)), 1_000).orElseThrow();
    assertThat(plain.whole()).isFalse();
    assertThat(plain.bytes()).hasSize(1_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void whatIsNotThatCannotBeRead(String name) {
    assertThat(Encoding.undone(name, "no such thing".getBytes(UTF_8), MAX)).isEmpty();
    assertThat(Encoding.undone(name, new byte[0], MAX)).isEmpty();
  }

  private static void assertUndone(String name, byte[] bytes, String text, boolean whole) {
    var plain = Encoding.undone(name, bytes, MAX).orElseThrow();
    assertThat(new String(plain.bytes(), UTF_8)).isEqualTo(text);
    assertThat(plain.whole()).isEqualTo(whole);
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] deflate(String text, boolean bare) {
    var bytes = new ByteArrayOutputStream();
    try (var deflate =
        new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_COMPRESSION, bare))) {
      deflate.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
