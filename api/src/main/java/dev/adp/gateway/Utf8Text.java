package dev.adp.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells whether bytes that go by are UTF-8 throughout (RFC 3629: no overlong forms, no halves of
 * surrogates). In other charsets half of a letter may look like a quote: who reads them so sees
 * another text.
 */
final class Utf8Text {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** The highest bit of each of eight bytes. */
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  /** Of the letter that has begun. */
  private int bytesToCome;

  /** What its next byte may be. */
  private int lowest = 0x80;

  private int highest = 0xBF;
  private boolean broken;

  void accept(byte[] bytes) {
    int i = 0;
    while (i < bytes.length && !broken) {
      if (bytesToCome == 0) {
        i = behindAscii(bytes, i);
      }
      if (i < bytes.length) {
        accept(bytes[i++] & 0xFF);
      }
    }
  }

  /** Most of what comes: eight bytes at a time. */
  private static int behindAscii(byte[] bytes, int from) {
    int i = from;
    while (i <= bytes.length - Long.BYTES && ((long) EIGHT.get(bytes, i) & NOT_ASCII) == 0) {
      i += Long.BYTES;
    }
    while (i < bytes.length && bytes[i] >= 0) {
      i++;
    }
    return i;
  }

  /** Whether it was, and no letter has only begun. */
  boolean isWhole() {
    return !broken && bytesToCome == 0;
  }

  private void accept(int b) {
    if (bytesToCome == 0) {
      begin(b);
      return;
    }
    broken = b < lowest || b > highest;
    bytesToCome--;
    lowest = 0x80;
    highest = 0xBF;
  }

  private void begin(int b) {
    if (b >= 0xC2 && b <= 0xDF) {
      bytesToCome = 1;
    } else if (b >= 0xE0 && b <= 0xEF) {
      bytesToCome = 2;
      lowest = b == 0xE0 ? 0xA0 : 0x80;
      highest = b == 0xED ? 0x9F : 0xBF;
    } else if (b >= 0xF0 && b <= 0xF4) {
      bytesToCome = 3;
      lowest = b == 0xF0 ? 0x90 : 0x80;
      highest = b == 0xF4 ? 0x8F : 0xBF;
    } else {
      broken = true;
    }
  }
}
