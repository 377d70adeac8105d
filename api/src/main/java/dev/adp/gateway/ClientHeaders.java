package dev.adp.gateway;

import dev.adp.http.RequestIds;
import dev.adp.http.StrictTransport;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which headers pass, and which of them carries the caller's token. */
final class ClientHeaders {
  /** Carries our token where the usual place is taken by somebody else's. */
  static final String GATEWAY_TOKEN = "x-redpanda-cloud-token";

  /** Where a token may stand, first found; none of these ever reaches an upstream. */
  static final Set<String> CREDENTIALS =
      Set.of(GATEWAY_TOKEN, "authorization", "x-api-key", "api-key", "x-goog-api-key");

  /** Headers of one connection, not of the message (RFC 9110, section 7.6.1). */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "host",
          "cookie",
          "accept-encoding",
          "content-length",
          "expect",
          // What an AWS client has signed is signed anew, or not at all.
          "x-amz-date",
          "x-amz-security-token",
          "x-amz-content-sha256");

  private static final Set<String> METHOD_OVERRIDES =
      Set.of("x-http-method-override", "x-http-method", "x-method-override");

  private static final Pattern CHARSET =
      Pattern.compile("charset\\s*=\\s*[\"']?([^\"';,\\s]*)", Pattern.CASE_INSENSITIVE);
  private static final Set<String> UTF_8 = Set.of("", "utf-8", "utf8", "us-ascii");

  private static final String BEARER = "bearer ";

  private ClientHeaders() {}

  /**
   * Whether another protocol is asked for. An offer of HTTP/2 asks for nothing: a server that does
   * not take it up just answers, and Java's own client makes that offer with every first request.
   */
  static boolean asksForUpgrade(MultiMap headers) {
    List<String> upgrades = headers.getAll(HttpHeaders.UPGRADE);
    return !upgrades.isEmpty()
        && upgrades.stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .anyMatch(protocol -> !protocol.strip().equalsIgnoreCase("h2c"));
  }

  /** Whether a content type says that its text is in another charset than UTF-8. */
  static boolean namesAnotherCharset(@Nullable String type) {
    if (type == null
        || type.indexOf('=') == -1
        || type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      return false; // A form has rules of its own.
    }
    Matcher charset = CHARSET.matcher(type);
    while (charset.find()) {
      if (!UTF_8.contains(charset.group(1).toLowerCase(Locale.ROOT))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a header asks for another method than the request has, which some servers follow. */
  static boolean namesAnotherMethod(MultiMap headers) {
    for (String override : METHOD_OVERRIDES) {
      if (headers.contains(override)) {
        return true;
      }
    }
    return false;
  }

  /** The caller's token, looked for where the SDKs of all providers put their key. */
  static Optional<String> token(MultiMap headers, @Nullable String query) {
    return Optional.ofNullable(headers.get(GATEWAY_TOKEN))
        .map(ClientHeaders::withoutBearer)
        .or(() -> bearer(headers.get(HttpHeaders.AUTHORIZATION)))
        .or(() -> Optional.ofNullable(headers.get("x-api-key")))
        .or(() -> Optional.ofNullable(headers.get("api-key")))
        .or(() -> Optional.ofNullable(headers.get("x-goog-api-key")))
        .or(() -> keyParameter(query))
        .map(String::strip)
        .filter(token -> !token.isEmpty());
  }

  private static Optional<String> bearer(@Nullable String authorization) {
    return authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? Optional.of(authorization.substring(BEARER.length()))
        : Optional.empty();
  }

  /** Whether two headers carry one token, with or without the word before it. */
  static boolean sameToken(String header, String other) {
    return withoutBearer(header).strip().equals(withoutBearer(other).strip());
  }

  private static String withoutBearer(String value) {
    return bearer(value).orElse(value);
  }

  private static Optional<String> keyParameter(@Nullable String query) {
    return query == null
        ? Optional.empty()
        : Arrays.stream(query.split("&", -1))
            .filter(ClientHeaders::isKeyParameter)
            .map(pair -> decoded(pair.substring(pair.indexOf('=') + 1)))
            .findFirst();
  }

  /** The query without the parameter that may carry a token; empty or beginning with '?'. */
  static String forwardedQuery(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return "";
    }
    String kept =
        Arrays.stream(query.split("&", -1))
            .filter(pair -> !isKeyParameter(pair))
            .collect(Collectors.joining("&"));
    return kept.isEmpty() ? "" : "?" + kept;
  }

  /** Its name may be spelled with escapes. */
  private static boolean isKeyParameter(String pair) {
    int equals = pair.indexOf('=');
    return equals != -1 && decoded(pair.substring(0, equals)).equals("key");
  }

  /** Empty when the escapes are broken. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  /** Copies what an upstream may see. */
  static void forward(MultiMap from, MultiMap to) {
    Set<String> dropped = hopByHop(from);
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!dropped.contains(name) && !NOT_FORWARDED.contains(name) && !CREDENTIALS.contains(name)) {
        to.add(header.getKey(), header.getValue());
      }
    }
  }

  /**
   * Copies what a client gets of an upstream's headers; the framing is ours. Where a redirect leads
   * stays untold: SDKs follow it with the caller's token, which is for this gateway alone. So is
   * what an upstream says of its own host.
   *
   * @param status of the answer
   */
  static void answer(int status, MultiMap from, MultiMap to) {
    boolean redirect = status >= 300 && status < 400;
    Set<String> dropped = hopByHop(from);
    String ours = to.get(RequestIds.HEADER);
    if (ours != null && from.contains(RequestIds.HEADER)) {
      to.remove(RequestIds.HEADER); // SDKs show the upstream's, which its support asks for.
      to.set(RequestIds.OUR_HEADER, ours);
    }
    boolean strict = to.contains(StrictTransport.HEADER); // Of our host; theirs is about theirs.
    for (Map.Entry<String, String> header : from) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (!dropped.contains(name)
          && !name.equals("content-length")
          && !name.equals("alt-svc")
          && !(redirect && name.equals("location"))
          && !(strict && name.equals(StrictTransport.HEADER))) {
        to.add(header.getKey(), header.getValue());
      }
    }
  }

  /** The fixed names and those that this message's {@code Connection} adds. */
  private static Set<String> hopByHop(MultiMap headers) {
    List<String> connection = headers.getAll(HttpHeaders.CONNECTION);
    if (connection.isEmpty()
        || (connection.size() == 1 && connection.getFirst().equalsIgnoreCase("keep-alive"))) {
      return HOP_BY_HOP;
    }
    Set<String> names = new HashSet<>(HOP_BY_HOP);
    for (String name : String.join(",", connection).toLowerCase(Locale.ROOT).split(",", -1)) {
      names.add(name.strip());
    }
    return names;
  }
}
