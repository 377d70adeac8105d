package dev.adp.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Recomputes a signature the way AWS does, from what arrived. Written from the specification alone
 * and sharing nothing with the signer, so that both must be wrong alike to agree wrongly.
 */
final class SigV4Verifier {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request,"
              + " SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

  private SigV4Verifier() {}

  /** One header as it stood on the wire. */
  record Header(String name, String value) {}

  /**
   * What is wrong with a call; empty when nothing is.
   *
   * @param target of the request line
   */
  static String fault(
      String method, String target, List<Header> headers, byte[] body, String secret)
      throws GeneralSecurityException {
    List<String> authorizations = values(headers, "authorization");
    if (authorizations.size() != 1) {
      return "not one Authorization but " + authorizations.size();
    }
    Matcher given = AUTHORIZATION.matcher(authorizations.getFirst());
    if (!given.matches()) {
      return "a malformed Authorization: " + authorizations.getFirst();
    }
    String date = given.group(2);
    String time = String.join("", values(headers, "x-amz-date"));
    if (!time.matches("\\d{8}T\\d{6}Z") || !time.startsWith(date)) {
      return "another day in X-Amz-Date: " + time;
    }
    List<String> names = List.of(given.group(5).split(";", -1));
    for (Header header : headers) {
      String name = header.name().toLowerCase(Locale.ROOT);
      boolean mustBeSigned =
          name.equals("host") || name.equals("content-type") || name.startsWith("x-amz-");
      if (mustBeSigned && !names.contains(name)) {
        return "not signed: " + name;
      }
    }
    String scope = date + "/" + given.group(3) + "/" + given.group(4) + "/aws4_request";
    String canonical = canonicalRequest(method, target, headers, names, body);
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + time
            + "\n"
            + scope
            + "\n"
            + hash(canonical.getBytes(StandardCharsets.UTF_8));
    byte[] kDate = mac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), date);
    byte[] kRegion = mac(kDate, given.group(3));
    byte[] kService = mac(kRegion, given.group(4));
    byte[] kSigning = mac(kService, "aws4_request");
    String expected = hexadecimal(mac(kSigning, toSign));
    return expected.equals(given.group(6)) ? "" : "the signature does not match:\n" + canonical;
  }

  private static String canonicalRequest(
      String method, String target, List<Header> headers, List<String> names, byte[] body)
      throws GeneralSecurityException {
    String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
    String query = target.contains("?") ? target.substring(target.indexOf('?') + 1) : "";
    var canonical = new StringBuilder(method).append('\n');
    // Every service but S3: normalised, and each segment of what arrived encoded once more.
    canonical.append(normalisedAndEncoded(path)).append('\n');
    canonical.append(sorted(query)).append('\n');
    for (String name : names) {
      var joined = new ArrayList<String>();
      for (String value : values(headers, name)) {
        joined.add(value.trim().replaceAll(" +", " "));
      }
      canonical.append(name).append(':').append(String.join(",", joined)).append('\n');
    }
    return canonical
        .append('\n')
        .append(String.join(";", names))
        .append('\n')
        .append(hash(body))
        .toString();
  }

  private static String normalisedAndEncoded(String path) {
    var kept = new ArrayList<String>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..") && !kept.isEmpty()) {
        kept.removeLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        kept.add(percentEncode(segment));
      }
    }
    return "/" + String.join("/", kept) + (path.endsWith("/") && !kept.isEmpty() ? "/" : "");
  }

  private static String sorted(String query) {
    if (query.isEmpty()) {
      return "";
    }
    var pairs = new ArrayList<String>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      pairs.add(
          percentEncode(percentDecode(parts[0]))
              + "="
              + (parts.length == 2 ? percentEncode(percentDecode(parts[1])) : ""));
    }
    Collections.sort(pairs);
    return String.join("&", pairs);
  }

  private static String percentEncode(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      String one = String.valueOf((char) (b & 0xff));
      encoded.append(one.matches("[A-Za-z0-9._~-]") ? one : String.format("%%%02X", b & 0xff));
    }
    return encoded.toString();
  }

  private static String percentDecode(String text) {
    var decoded = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        decoded.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        decoded.write(text.charAt(i));
      }
    }
    return decoded.toString(StandardCharsets.ISO_8859_1);
  }

  private static List<String> values(List<Header> headers, String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  private static byte[] mac(byte[] key, String data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data.getBytes(StandardCharsets.UTF_8));
  }

  private static String hash(byte[] bytes) throws GeneralSecurityException {
    return hexadecimal(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String hexadecimal(byte[] bytes) {
    var text = new StringBuilder();
    for (byte b : bytes) {
      text.append(String.format("%02x", b & 0xff));
    }
    return text.toString();
  }
}
