package dev.adp.gateway;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bodies as they were before they were compressed for their way. */
final class Encoding {
  private static final int PIECE_BYTES = 8 << 10;

  // Of RFC 1952.
  private static final int GZIP_HEADER_BYTES = 10;
  private static final int GZIP_TRAILER_BYTES = 8;
  private static final int GZIP_HEADER_SUM = 1 << 1;
  private static final int GZIP_EXTRA = 1 << 2;
  private static final int[] GZIP_TEXTS = {1 << 3, 1 << 4};

  private Encoding() {}

  /** A body that can be read. */
  static final class Plain {
    private final byte[] bytes;
    private final boolean whole;

    private Plain(byte[] bytes, boolean whole) {
      this.bytes = bytes;
      this.whole = whole;
    }

    byte[] bytes() {
      return bytes;
    }

    /** Whether this is all of it. */
    boolean whole() {
      return whole;
    }
  }

  /**
   * Undoes an encoding as far as it goes: of a body that breaks off there is what came before.
   *
   * @param encoding as the header says it, or empty
   * @param bytesMax no more is made of it, however small it was
   * @return empty when this is no encoding that is read, or none of the body can be read
   */
  static Optional<Plain> undone(String encoding, byte[] bytes, int bytesMax) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> Optional.of(new Plain(bytes, true));
      case "gzip", "x-gzip" -> gunzipped(bytes, bytesMax);
      case "deflate" -> inflated(bytes, bytesMax);
      default -> Optional.empty();
    };
  }

  /** Some send what is deflated without the frame that belongs around it. */
  private static boolean isZlib(byte[] bytes) {
    return bytes.length > 1
        && (bytes[0] & 0x0f) == 8
        && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % 31 == 0;
  }

  private static Optional<Plain> inflated(byte[] bytes, int bytesMax) {
    var plain = new ByteArrayOutputStream();
    var inflater = new Inflater(!isZlib(bytes));
    try {
      return plain(inflate(inflater, bytes, 0, plain, bytesMax), plain);
    } finally {
      inflater.end();
    }
  }

  /**
   * By hand, member after member: the JDK's stream calls itself once for each empty one, and a
   * small body has room for more of them than a stack has for calls.
   */
  private static Optional<Plain> gunzipped(byte[] bytes, int bytesMax) {
    var plain = new ByteArrayOutputStream();
    boolean whole = false;
    var inflater = new Inflater(true);
    try {
      for (int data = gzipData(bytes, 0); data >= 0; ) {
        inflater.reset();
        whole = inflate(inflater, bytes, data, plain, bytesMax);
        int end = data + (int) inflater.getBytesRead() + GZIP_TRAILER_BYTES;
        data = whole ? gzipData(bytes, end) : -1;
      }
    } finally {
      inflater.end();
    }
    return plain(whole, plain);
  }

  private static Optional<Plain> plain(boolean whole, ByteArrayOutputStream read) {
    return whole || read.size() > 0
        ? Optional.of(new Plain(read.toByteArray(), whole))
        : Optional.empty();
  }

  /** Where the data of a gzip member begins that begins here, or -1 where none does. */
  private static int gzipData(byte[] bytes, int from) {
    boolean isMember =
        from + GZIP_HEADER_BYTES <= bytes.length
            && bytes[from] == 0x1f
            && bytes[from + 1] == (byte) 0x8b
            && bytes[from + 2] == Deflater.DEFLATED;
    if (!isMember) {
      return -1;
    }
    int flags = bytes[from + 3];
    int at = from + GZIP_HEADER_BYTES;
    if ((flags & GZIP_EXTRA) != 0 && at + 2 <= bytes.length) {
      at += 2 + (bytes[at] & 0xff) + ((bytes[at + 1] & 0xff) << 8);
    }
    for (int text : GZIP_TEXTS) {
      if ((flags & text) != 0) {
        while (at < bytes.length && bytes[at] != 0) {
          at++;
        }
        at++;
      }
    }
    if ((flags & GZIP_HEADER_SUM) != 0) {
      at += 2;
    }
    return at < bytes.length ? at : -1;
  }

  /**
   * Inflates up to the end of the data, or as much as there is room for.
   *
   * @return whether the end was reached
   */
  private static boolean inflate(
      Inflater inflater, byte[] bytes, int from, ByteArrayOutputStream plain, int bytesMax) {
    inflater.setInput(bytes, from, bytes.length - from);
    var piece = new byte[PIECE_BYTES];
    try {
      while (!inflater.finished()) {
        int read = inflater.inflate(piece);
        int fits = Math.min(read, bytesMax - plain.size());
        plain.write(piece, 0, fits);
        boolean isStuck = read == 0 && !inflater.finished();
        if (fits < read || isStuck) {
          return false;
        }
      }
      return true;
    } catch (DataFormatException _) {
      return false;
    }
  }
}
