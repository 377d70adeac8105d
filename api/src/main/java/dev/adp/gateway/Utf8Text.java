package dev.adp.gateway;

/**
 * Tells whether bytes that go by are UTF-8 throughout (RFC 3629: no overlong forms, no halves of
 * surrogates). In other charsets half of a letter may look like a quote: who reads them so sees
 * another text.
 */
final class Utf8Text {
  /** Of the letter that has begun. */
  private int bytesToCome;

  /** What its next byte may be. */
  private int lowest = 0x80;

  private int highest = 0xBF;
  private boolean broken;

  void accept(byte[] bytes) {
    for (int i = 0; i < bytes.length && !broken; i++) {
      if (bytes[i] < 0 || bytesToCome > 0) {
        accept(bytes[i] & 0xFF);
      }
    }
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
