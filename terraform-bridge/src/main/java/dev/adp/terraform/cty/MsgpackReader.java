package dev.adp.terraform.cty;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads MessagePack; whatever is not as expected is a {@link MalformedValue}. */
final class MsgpackReader {
  private final ByteBuffer in;

  MsgpackReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  void requireEnd() {
    if (in.hasRemaining()) {
      throw new MalformedValue("there are bytes after the value");
    }
  }

  boolean skipNil() {
    if (peek() != 0xc0) {
      return false;
    }
    next();
    return true;
  }

  /** Skips an extension of any code, if there is one. */
  boolean skipExtension() {
    int tag = peek();
    if (tag < 0xc7 || tag > 0xd8 || (tag > 0xc9 && tag < 0xd4)) {
      return false;
    }
    next();
    int length =
        switch (tag) {
          case 0xc7 -> length(1);
          case 0xc8 -> length(2);
          case 0xc9 -> length(4);
          default -> 1 << (tag - 0xd4);
        };
    bytes(1);
    bytes(length);
    return true;
  }

  boolean bool() {
    return switch (next()) {
      case 0xc3 -> true;
      case 0xc2 -> false;
      default -> throw new MalformedValue("a boolean was expected");
    };
  }

  String text() {
    int tag = next();
    int length =
        switch (tag) {
          case 0xd9, 0xc4 -> length(1);
          case 0xda, 0xc5 -> length(2);
          case 0xdb, 0xc6 -> length(4);
          default -> {
            if ((tag & 0xe0) != 0xa0) {
              throw new MalformedValue("a string was expected");
            }
            yield tag & 0x1f;
          }
        };
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  byte[] binary() {
    return text().getBytes(StandardCharsets.UTF_8); // Types are JSON, which is text either way.
  }

  BigDecimal number() {
    int tag = peek();
    if ((tag & 0xe0) == 0xa0 || (tag >= 0xd9 && tag <= 0xdb)) {
      return decimal(text());
    }
    next();
    if (tag < 0x80 || tag >= 0xe0) {
      return BigDecimal.valueOf((byte) tag);
    }
    return switch (tag) {
      case 0xca -> floating(Float.intBitsToFloat((int) signed(4)));
      case 0xcb -> floating(Double.longBitsToDouble(signed(8)));
      case 0xcc -> BigDecimal.valueOf(signed(1) & 0xff);
      case 0xcd -> BigDecimal.valueOf(signed(2) & 0xffff);
      case 0xce -> BigDecimal.valueOf(signed(4) & 0xffff_ffffL);
      case 0xcf -> new BigDecimal(new BigInteger(1, bytes(8)));
      case 0xd0 -> BigDecimal.valueOf(signed(1));
      case 0xd1 -> BigDecimal.valueOf(signed(2));
      case 0xd2 -> BigDecimal.valueOf(signed(4));
      case 0xd3 -> BigDecimal.valueOf(signed(8));
      default -> throw new MalformedValue("a number was expected");
    };
  }

  int arrayHeader() {
    int tag = next();
    return switch (tag) {
      case 0xdc -> length(2);
      case 0xdd -> length(4);
      default -> {
        if ((tag & 0xf0) != 0x90) {
          throw new MalformedValue("a list was expected");
        }
        yield tag & 0xf;
      }
    };
  }

  int mapHeader() {
    int tag = next();
    return switch (tag) {
      case 0xde -> length(2);
      case 0xdf -> length(4);
      default -> {
        if ((tag & 0xf0) != 0x80) {
          throw new MalformedValue("a map was expected");
        }
        yield tag & 0xf;
      }
    };
  }

  private static BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException _) {
      throw new MalformedValue("a number was expected");
    }
  }

  private static BigDecimal floating(double value) {
    if (!Double.isFinite(value)) {
      throw new MalformedValue("a finite number was expected");
    }
    return new BigDecimal(value);
  }

  private int peek() {
    if (!in.hasRemaining()) {
      throw new MalformedValue("the value is cut off");
    }
    return in.get(in.position()) & 0xff;
  }

  private int next() {
    int tag = peek();
    in.position(in.position() + 1);
    return tag;
  }

  private int length(int size) {
    long length = signed(size) & (size == 4 ? 0xffff_ffffL : (1L << (8 * size)) - 1);
    if (length > in.remaining()) { // Every element has at least one byte.
      throw new MalformedValue("the value is cut off");
    }
    return (int) length;
  }

  private long signed(int size) {
    try {
      return switch (size) {
        case 1 -> in.get();
        case 2 -> in.getShort();
        case 4 -> in.getInt();
        default -> in.getLong();
      };
    } catch (BufferUnderflowException _) {
      throw new MalformedValue("the value is cut off");
    }
  }

  private byte[] bytes(int length) {
    if (length > in.remaining()) {
      throw new MalformedValue("the value is cut off");
    }
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
