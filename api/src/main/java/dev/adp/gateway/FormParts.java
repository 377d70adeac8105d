package dev.adp.gateway;

import dev.adp.domain.RecordedText;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a few small parts of a multipart form while its bytes go by; nothing else is kept.
 *
 * <p>It reads leniently, for records, and tells whether the form is {@link #certain}: whether every
 * server must read the same from it. Whatever servers are known to differ about makes it uncertain:
 * other line ends, text before the first part or behind the last, the delimiter in the midst of a
 * line, parameters in unusual spellings, folded headers, encodings of parts.
 */
final class FormParts implements BodyScan {
  static final String MODEL = "model";
  static final String PURPOSE = "purpose";
  static final String STREAM = "stream";
  private static final Set<String> DECIDING = Set.of(MODEL, PURPOSE);
  private static final Set<String> WANTED = Set.of(MODEL, PURPOSE, STREAM);
  private static final int HEAD_BYTES_MAX = 4_096;

  /**
   * As of a member of JSON: four times the longest name of a model that can be listed, and more.
   */
  private static final int VALUE_BYTES_MAX = 4_096;

  private static final int PARTS_MAX = 1_000;

  /** A part that tells how the others are encoded. */
  private static final String CHARSET = "_charset_";

  private static final byte[] CRLF = {'\r', '\n'};
  private static final int UNKNOWN = -1;
  private static final Pattern CONTENT_TYPE =
      Pattern.compile(
          "multipart/form-data *(; *charset=(?:utf-8|iso-8859-1|us-ascii) *)?; *boundary=(?:\"([-0-9A-Za-z'()+_,./:=? ]{0,69}[-0-9A-Za-z'()+_,./:=?])\"|([-0-9A-Za-z'+_.]{1,70}))",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern DISPOSITION =
      Pattern.compile(
          "content-disposition: *form-data *; *name=\"([^\"\\\\%\\r\\n]*)\"( *; *filename=\"[^\"\\\\\\r\\n]*\")?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TYPE =
      Pattern.compile("content-type: *[^\\r\\n]*", Pattern.CASE_INSENSITIVE);
  private static final Pattern LENGTH =
      Pattern.compile("content-length: *([0-9]{1,18})", Pattern.CASE_INSENSITIVE);

  private static final Pattern PLAIN_TEXT =
      Pattern.compile("content-type: *text/plain( *; *charset=utf-8)?", Pattern.CASE_INSENSITIVE);

  private enum At {
    BEGIN,
    BEHIND_DELIMITER,
    HEAD,
    CONTENT,
    END
  }

  /**
   * A part with a wanted name.
   *
   * @param value absent when it is a file, too long or no UTF-8
   * @param beginning what is recorded of a text that is no value; empty when there is one
   */
  record Part(String name, Optional<String> value, String beginning) {
    private Optional<String> text() {
      return value.or(() -> Optional.of(beginning).filter(text -> !text.isEmpty()));
    }
  }

  private final boolean plain;
  private final Needle delimiter;
  private final Needle bare;
  private final List<Part> parts = new ArrayList<>();
  private At at = At.BEGIN;

  /** Where the delimiter stands that has just gone by, if it is one. */
  private At before = At.BEGIN;

  private int firstBehind = UNKNOWN;
  private Buffer kept = Buffer.buffer();
  private boolean keeping;
  private boolean file;
  private String name = "";
  private long contentBytes;

  /** What the head of the part says of its content; some servers believe it. */
  private long declaredBytes = UNKNOWN;

  private int count;
  private boolean certain = true;

  /**
   * @param plain whether values must be ASCII: servers disagree about whose charset is theirs
   */
  private FormParts(String boundary, boolean plain) {
    this.plain = plain;
    this.bare = new Needle(("--" + boundary).getBytes(StandardCharsets.US_ASCII));
    this.delimiter = new Needle(("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII));
    for (byte b : CRLF) {
      delimiter.found(b); // The first delimiter has no line before it.
    }
  }

  /**
   * Reads forms of a content type.
   *
   * @return empty when it is no multipart form, or one whose boundary is spelled unusually
   */
  static Optional<FormParts> of(String contentType) {
    Matcher matcher = CONTENT_TYPE.matcher(contentType.strip());
    return matcher.matches()
        ? Optional.of(
            new FormParts(
                matcher.group(2) == null ? matcher.group(3) : matcher.group(2),
                matcher.group(1) != null))
        : Optional.empty();
  }

  @Override
  public void accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    for (byte b : bytes) {
      accept(b);
    }
  }

  private void accept(byte b) {
    boolean delimited = delimiter.found(b);
    if (bare.found(b) != delimited) {
      certain = false; // In the midst of a line, or behind a bare line feed.
    }
    switch (at) {
      case BEGIN -> begin(delimited);
      case BEHIND_DELIMITER -> behindDelimiter(b);
      case HEAD -> head(b, delimited);
      case CONTENT -> content(b, delimited);
      case END -> certain &= b == '\r' || b == '\n';
    }
  }

  private void begin(boolean delimited) {
    count++;
    if (delimited) {
      certain &= count == bare.length();
      count = 0;
      behind();
    }
  }

  private void behind() {
    before = at;
    at = At.BEHIND_DELIMITER;
    firstBehind = UNKNOWN;
  }

  private void behindDelimiter(byte b) {
    if (firstBehind == UNKNOWN) {
      firstBehind = b & 0xff;
      return;
    }
    if (firstBehind == '-' && b == '-') {
      endPart();
      at = At.END;
    } else if (firstBehind == '\r' && b == '\n') {
      endPart();
      at = At.HEAD;
      kept = Buffer.buffer();
    } else {
      certain = false; // A longer text that begins like it, or one with blanks behind it.
      at = before;
      keep((byte) firstBehind);
      keep(b);
    }
  }

  private void head(byte b, boolean delimited) {
    if (kept.length() < HEAD_BYTES_MAX) {
      kept.appendByte(b);
    } else {
      certain = false;
    }
    if (delimited) {
      certain = false;
      behind();
      return;
    }
    int length = kept.length();
    if (b == '\n'
        && length >= 4
        && kept.getByte(length - 2) == '\r'
        && kept.getByte(length - 3) == '\n'
        && kept.getByte(length - 4) == '\r') {
      beginContent(kept.getString(0, length - 4, "ISO-8859-1"));
    }
  }

  private void beginContent(String head) {
    at = At.CONTENT;
    delimiter.restart(); // The end of the head is not the beginning of a delimiter.
    name = "";
    file = false;
    contentBytes = 0;
    declaredBytes = UNKNOWN;
    int dispositions = 0;
    boolean plainText = true;
    for (String line : head.split("\r\n", -1)) {
      Matcher disposition = DISPOSITION.matcher(line);
      if (disposition.matches()) {
        dispositions++;
        name = disposition.group(1);
        file = disposition.group(2) != null;
        continue;
      }
      Matcher length = LENGTH.matcher(line);
      if (length.matches()) {
        certain &= declaredBytes == UNKNOWN;
        declaredBytes = Long.parseLong(length.group(1));
      } else {
        certain &= TYPE.matcher(line).matches();
        plainText &= PLAIN_TEXT.matcher(line).matches();
      }
    }
    count++;
    String lowerName = name.toLowerCase(Locale.ROOT);
    keeping = WANTED.contains(lowerName.strip());
    certain &= dispositions == 1 && count <= PARTS_MAX;
    // Servers that read lists or trees from names take other names for another spelling.
    certain &= keeping ? plainText : DECIDING.stream().noneMatch(lowerName::contains);
    certain &= !lowerName.equals(CHARSET);
    kept = Buffer.buffer();
  }

  private void content(byte b, boolean delimited) {
    keep(b);
    if (delimited) {
      behind();
    }
  }

  private void keep(byte b) {
    contentBytes++;
    if (keeping && kept.length() <= VALUE_BYTES_MAX + delimiter.length()) {
      kept.appendByte(b);
    }
  }

  private void endPart() {
    if (before != At.CONTENT) {
      return;
    }
    certain &= declaredBytes == UNKNOWN || declaredBytes == contentBytes - delimiter.length();
    if (keeping && parts.size() < PARTS_MAX) {
      int length = kept.length() - delimiter.length();
      boolean whole = !file && length <= VALUE_BYTES_MAX;
      Optional<String> value = whole ? utf8(kept.slice(0, length)) : Optional.empty();
      certain &= !plain || value.map(FormParts::isAscii).orElse(true);
      String beginning =
          file || value.isPresent() ? "" : kept.getString(0, Math.min(length, VALUE_BYTES_MAX));
      parts.add(new Part(name, value, RecordedText.of(beginning)));
    }
  }

  private static Optional<String> utf8(Buffer value) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.getBytes())).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  /** Whether the whole form has gone by and can be read in one way only. */
  boolean certain() {
    return certain && at == At.END;
  }

  /** Every part of that name, in whatever case, in order. */
  List<Part> all(String wantedName) {
    return parts.stream().filter(part -> part.name().strip().equalsIgnoreCase(wantedName)).toList();
  }

  /**
   * The value of the first part of that name, for the record: of one that is too long or no text
   * what can be said of it, so that its call is not counted under no name at all.
   */
  Optional<String> first(String wantedName) {
    return all(wantedName).stream().flatMap(part -> part.text().stream()).findFirst();
  }

  /** Whether the answer shall be a stream. */
  boolean streams() {
    return first(STREAM).map("true"::equalsIgnoreCase).orElse(false);
  }

  /** Finds a text in bytes that come one by one (Knuth, Morris, Pratt). */
  private static final class Needle {
    private final byte[] text;
    private final int[] fallback;
    private int matched;

    Needle(byte[] text) {
      this.text = text;
      this.fallback = new int[text.length + 1];
      for (int i = 1; i < text.length; i++) {
        int length = fallback[i];
        while (length > 0 && text[length] != text[i]) {
          length = fallback[length];
        }
        fallback[i + 1] = text[length] == text[i] ? length + 1 : 0;
      }
    }

    int length() {
      return text.length;
    }

    void restart() {
      matched = 0;
    }

    /** Whether the text ends with this byte. */
    boolean found(byte b) {
      while (matched > 0 && (matched == text.length || text[matched] != b)) {
        matched = fallback[matched];
      }
      if (text[matched] == b) {
        matched++;
      }
      return matched == text.length;
    }
  }
}
