package dev.adp.terraform.cty;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** Writes MessagePack in the shortest form. */
final class MsgpackWriter {
  /** Extension 0 with one byte of no meaning: what Terraform itself writes for "unknown". */
  private static final byte[] UNKNOWN = {(byte) 0xd4, 0, 0};

  /** Apart, since the JDK takes a tenth of a second to load decimals, and few plans have any. */
  private static final class Bounds {
    static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  void nil() {
    bytes.write(0xc0);
  }

  void unknown() {
    bytes.writeBytes(UNKNOWN);
  }

  void bool(boolean value) {
    bytes.write(value ? 0xc3 : 0xc2);
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length < 32) {
      bytes.write(0xa0 | utf8.length);
    } else {
      header(utf8.length, 0xd9, 0xda, 0xdb);
    }
    bytes.writeBytes(utf8);
  }

  void binary(byte[] value) {
    header(value.length, 0xc4, 0xc5, 0xc6);
    bytes.writeBytes(value);
  }

  void arrayHeader(int size) {
    if (size < 16) {
      bytes.write(0x90 | size);
    } else {
      header(size, -1, 0xdc, 0xdd);
    }
  }

  void mapHeader(int size) {
    if (size < 16) {
      bytes.write(0x80 | size);
    } else {
      header(size, -1, 0xde, 0xdf);
    }
  }

  /** A whole number of 64 bits as such, another as a float when that is exact, else as text. */
  void number(BigDecimal value) {
    boolean whole = value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
    if (whole && value.compareTo(Bounds.LONG_MIN) >= 0 && value.compareTo(Bounds.LONG_MAX) <= 0) {
      whole(value.longValueExact());
      return;
    }
    double nearest = value.doubleValue();
    if (Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(value) == 0) {
      tagged(0xcb, Double.doubleToLongBits(nearest), 8);
    } else {
      text(value.toString());
    }
  }

  private void whole(long value) {
    if (value >= -32 && value < 128) {
      bytes.write((byte) value);
    } else if (value == (byte) value) {
      tagged(0xd0, value, 1);
    } else if (value == (short) value) {
      tagged(0xd1, value, 2);
    } else if (value == (int) value) {
      tagged(0xd2, value, 4);
    } else {
      tagged(0xd3, value, 8);
    }
  }

  /** A length in one, two or four bytes, each with a tag of its own; -1 where there is none. */
  private void header(int length, int tag8, int tag16, int tag32) {
    if (length < 0x100 && tag8 >= 0) {
      tagged(tag8, length, 1);
    } else if (length < 0x10000) {
      tagged(tag16, length, 2);
    } else {
      tagged(tag32, length, 4);
    }
  }

  private void tagged(int tag, long value, int size) {
    try {
      out.writeByte(tag);
      for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
        out.writeByte((int) (value >>> shift));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }
}
