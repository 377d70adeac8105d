package dev.adp.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A way around a list of models; each names one that is listed, and brings another one past it. */
enum Bypass {
  ANOTHER("{'model':'OTHER'}"),
  TWICE("{'model':'LISTED','model':'OTHER'}"),
  TWICE_THE_OTHER_WAY_ROUND("{'model':'OTHER','model':'LISTED'}"),
  ESCAPED("{'model':'LISTED','mod\\u0065l':'OTHER'}"),
  ESCAPED_THROUGHOUT("{'\\u006d\\u006f\\u0064\\u0065\\u006c':'OTHER','model':'LISTED'}"),
  IN_ANOTHER_CASE("{'model':'LISTED','Model':'OTHER'}"),
  NO_TEXT("{'model':['LISTED','OTHER']}"),
  WITH_SUBSTITUTES("{'model':'LISTED','models':['OTHER']}"),
  WITH_FALLBACKS("{'model':'LISTED','fallbacks':[{'model':'OTHER'}]}"),
  TWO_OBJECTS("{'model':'LISTED'}\n{'model':'OTHER'}"),
  BATCH_LINES("{'custom_id':'a','body':{'model':'OTHER'}}\n{'custom_id':'b','model':'LISTED'}"),
  IN_A_LIST("[{'model':'LISTED'},{'model':'OTHER'}]"),
  BETWEEN_COMMENTS("{'model':'LISTED','a':[/*'*/],'model':'OTHER','b':[/*'*/]}"),
  BETWEEN_OTHER_QUOTES("{'model':'LISTED','a':[`'`],'model':'OTHER','b':[`'`]}"),
  NEVER_ENDED("{'model':'LISTED','x':'"),
  BEHIND_A_BYTE_ORDER_MARK("\ufeff{'model':'OTHER'}"),
  UTF_16("{'model':'OTHER'}", "content-type", "application/json; charset=utf-16"),
  UTF_16_UNTOLD("{'model':'OTHER'}"),
  SHIFT_JIS("{'model':'LISTED'}", "content-type", "application/json; charset=Shift_JIS"),
  LATIN_1_UNTOLD("{'model':'LISTED','x':'\u00fc'}"),
  UTF_32("{'model':'OTHER'}", "content-type", "application/json; charset=utf-32"),
  GZIP("{'model':'OTHER'}", "content-encoding", "gzip"),
  GZIP_UNTOLD("{'model':'OTHER'}"),
  DEFLATE_AS_TOLD("{'model':'LISTED'}", "content-encoding", "deflate"),
  /**
   * These name no model that a path would not name as well: there is nothing in them to look at.
   */
  NOWHERE("{'messages':[]}", false),
  NESTED("{'x':{'model':'LISTED'}}", false),
  AS_PLAIN_TEXT("{'model':'LISTED'}", false, "content-type", "text/plain"),
  AS_A_QUERY("model=LISTED", false, "content-type", "application/x-www-form-urlencoded"),
  AS_A_FORM(
      "--b\r\nContent-Disposition: form-data; name='model'\r\n\r\nLISTED\r\n--b--\r\n",
      false,
      "content-type",
      "multipart/form-data; boundary=b"),
  AS_ANYTHING("\u0001\u0002LISTED", false, "content-type", "application/octet-stream");

  private static final Map<Bypass, Charset> CHARSETS =
      Map.of(
          UTF_16, Charset.forName("UTF-16"),
          UTF_16_UNTOLD, Charset.forName("UTF-16LE"),
          SHIFT_JIS, Charset.forName("Shift_JIS"),
          LATIN_1_UNTOLD, ISO_8859_1,
          UTF_32, Charset.forName("UTF-32BE"));

  private final String body;
  private final boolean concernsPaths;
  private final String header;
  private final String value;

  Bypass(String body) {
    this(body, true);
  }

  Bypass(String body, boolean concernsPaths) {
    this(body, concernsPaths, "content-type", "application/json");
  }

  Bypass(String body, String header, String value) {
    this(body, true, header, value);
  }

  Bypass(String body, boolean concernsPaths, String header, String value) {
    this.body = body;
    this.concernsPaths = concernsPaths;
    this.header = header;
    this.value = value;
  }

  /** Whether it is a way around where the path names the model already. */
  boolean concernsPaths() {
    return concernsPaths;
  }

  /** What the gateway says to it. */
  int status() {
    return header.equals("content-encoding") ? 415 : 403;
  }

  HttpRequest.Builder on(HttpRequest.Builder call, String listed, String other) {
    if (!header.equals("content-type")) {
      call.setHeader("content-type", "application/json");
    }
    byte[] text =
        body.replace('\'', '"')
            .replace('`', '\'')
            .replace("LISTED", listed)
            .replace("OTHER", other)
            .getBytes(CHARSETS.getOrDefault(this, UTF_8));
    boolean compressed = List.of(GZIP, GZIP_UNTOLD).contains(this);
    return call.setHeader(header, value)
        .POST(BodyPublishers.ofByteArray(compressed ? gzip(text) : text));
  }

  private static byte[] gzip(byte[] plain) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
