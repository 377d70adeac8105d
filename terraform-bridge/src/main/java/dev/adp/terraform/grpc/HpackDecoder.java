package dev.adp.terraform.grpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the header blocks of one connection, in their order: each may change how the next reads.
 */
final class HpackDecoder {
  /** The table that every client may count on; we never say that ours is another. */
  static final int TABLE_BYTES_MAX = 4_096;

  private static final int INTEGER_SHIFT_MAX = 21;

  private final int listBytesMax;
  private final List<Header> table = new ArrayList<>(); // The youngest first.
  private int tableBytes;
  private int tableBytesMax = TABLE_BYTES_MAX;
  private byte[] block = {};
  private int at;

  /**
   * Starts with an empty table.
   *
   * @param listBytesMax the longest list of fields that is accepted, counted as {@link
   *     Header#bytes()}
   */
  HpackDecoder(int listBytesMax) {
    this.listBytesMax = listBytesMax;
  }

  /** Reads a whole block. */
  List<Header> decode(byte[] bytes) throws ConnectionError {
    block = bytes;
    at = 0;
    var fields = new ArrayList<Header>();
    int listBytes = 0;
    while (at < block.length) {
      int first = block[at];
      Header field;
      if ((first & 0x80) != 0) {
        field = field(integer(7));
      } else if ((first & 0x40) != 0) {
        field = literal(6);
        remember(field);
      } else if ((first & 0x20) != 0) {
        if (!fields.isEmpty()) {
          throw malformed("the table changes its size amid a block");
        }
        resize(integer(5));
        continue;
      } else {
        field = literal(4);
      }
      listBytes += field.bytes();
      if (listBytes > listBytesMax) {
        throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many header fields");
      }
      fields.add(field);
    }
    return fields;
  }

  private Header literal(int prefixBits) throws ConnectionError {
    int index = integer(prefixBits);
    String name = index == 0 ? string() : field(index).name();
    return new Header(name, string());
  }

  private Header field(int index) throws ConnectionError {
    if (index == 0 || index > StaticTable.SIZE + table.size()) {
      throw malformed("no header field has this index");
    }
    return index <= StaticTable.SIZE
        ? StaticTable.field(index)
        : table.get(index - StaticTable.SIZE - 1);
  }

  private void resize(int bytesMax) throws ConnectionError {
    if (bytesMax > TABLE_BYTES_MAX) {
      throw malformed("the table gets larger than was agreed");
    }
    tableBytesMax = bytesMax;
    evict(bytesMax);
  }

  /** One that is larger than the table empties it and is not remembered. */
  private void remember(Header field) {
    evict(tableBytesMax - field.bytes());
    if (field.bytes() <= tableBytesMax) {
      table.addFirst(field);
      tableBytes += field.bytes();
    }
  }

  private void evict(int bytesMax) {
    while (tableBytes > bytesMax && !table.isEmpty()) {
      tableBytes -= table.removeLast().bytes();
    }
  }

  /** A number of which some bits are in the octet that says what it is for. */
  private int integer(int prefixBits) throws ConnectionError {
    int mask = (1 << prefixBits) - 1;
    int value = octet() & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; shift <= INTEGER_SHIFT_MAX; shift += 7) {
      int octet = octet();
      value += (octet & 0x7f) << shift;
      if ((octet & 0x80) == 0) {
        return value;
      }
    }
    throw malformed("a number is too large");
  }

  private String string() throws ConnectionError {
    boolean isCoded = at < block.length && (block[at] & 0x80) != 0;
    int length = integer(7);
    if (length > block.length - at) {
      throw malformed("a string is longer than its block");
    }
    int start = at;
    at += length;
    if (!isCoded) {
      return new String(block, start, length, StandardCharsets.ISO_8859_1);
    }
    var text = Huffman.decode(block, start, length);
    if (text.isEmpty()) {
      throw malformed("a string is not in Huffman's code");
    }
    return text.get();
  }

  private int octet() throws ConnectionError {
    if (at == block.length) {
      throw malformed("a block ends too early");
    }
    return block[at++] & 0xff;
  }

  private static ConnectionError malformed(String reason) {
    return new ConnectionError(ErrorCode.COMPRESSION_ERROR, reason);
  }
}
