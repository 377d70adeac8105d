package dev.adp.gateway;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Bodies as they were before they were compressed for their way. */
final class Encoding {
  private static final int PIECE_BYTES = 8 << 10;

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
      case "gzip", "x-gzip" -> read(GZIPInputStream::new, bytes, bytesMax);
      case "deflate" ->
          isZlib(bytes)
              ? read(InflaterInputStream::new, bytes, bytesMax)
              : read(Encoding::bare, bytes, bytesMax);
      default -> Optional.empty();
    };
  }

  /** Some send what is deflated without the frame that belongs around it. */
  private static boolean isZlib(byte[] bytes) {
    return bytes.length > 1
        && (bytes[0] & 0x0f) == 8
        && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % 31 == 0;
  }

  private static InputStream bare(InputStream bytes) {
    return new InflaterInputStream(bytes, new Inflater(true));
  }

  private interface Opening {
    InputStream open(InputStream bytes) throws IOException;
  }

  private static Optional<Plain> read(Opening opening, byte[] bytes, int bytesMax) {
    var plain = new ByteArrayOutputStream();
    var piece = new byte[PIECE_BYTES];
    try (InputStream in = opening.open(new ByteArrayInputStream(bytes))) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        int fits = Math.min(read, bytesMax - plain.size());
        plain.write(piece, 0, fits);
        if (fits < read) {
          return Optional.of(new Plain(plain.toByteArray(), false));
        }
      }
      return Optional.of(new Plain(plain.toByteArray(), true));
    } catch (IOException _) {
      return plain.size() == 0
          ? Optional.empty()
          : Optional.of(new Plain(plain.toByteArray(), false));
    }
  }
}
