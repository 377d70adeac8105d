package dev.adp.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What must be single in the head of a request. Two servers on its way might otherwise each take
 * another one for the truth.
 */
public final class RequestHead {
  private RequestHead() {}

  /**
   * Why a request can be taken in more than one way.
   *
   * @param single headers that may be there once, beside the one that must be
   * @return empty when it cannot
   */
  public static Optional<String> ambiguity(HttpServerRequest request, Collection<String> single) {
    MultiMap headers = request.headers();
    if (request.version() == HttpVersion.HTTP_2) {
      Optional<String> malformed = malformed(request);
      if (malformed.isPresent()) {
        return malformed;
      }
    }
    List<String> hosts = headers.getAll(HttpHeaders.HOST);
    if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
      return Optional.of("send the header Host exactly once");
    }
    if (!hosts.isEmpty() && hasSpace(hosts.getFirst())) {
      return Optional.of("the header Host must not contain spaces");
    }
    for (String name : single) {
      if (headers.contains(name) && headers.getAll(name).size() > 1) {
        return Optional.of("send the header " + name + " once");
      }
    }
    return Optional.empty();
  }

  /**
   * What HTTP/2 can carry and HTTP/1.1 cannot: another server would see another request. Control
   * characters in headers are not for us to look for: Netty resets their stream.
   */
  private static Optional<String> malformed(HttpServerRequest request) {
    if (request.authority() == null) {
      return Optional.of("send an authority");
    }
    String uri = request.uri();
    if (!uri.startsWith("/") || !uri.chars().allMatch(c -> c > ' ' && c <= '~')) {
      return Optional.of("the path must begin with a slash and be visible ASCII");
    }
    return Optional.empty();
  }

  /**
   * Whether a path or query has a percent sign that two hexadecimal digits do not follow: nobody
   * can say what it means.
   */
  public static boolean hasBrokenEscape(String uri) {
    for (int i = uri.indexOf('%'); i != -1; i = uri.indexOf('%', i + 1)) {
      if (i + 2 >= uri.length()
          || Character.digit(uri.charAt(i + 1), 16) == -1
          || Character.digit(uri.charAt(i + 2), 16) == -1) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasSpace(String host) {
    for (int i = 0; i < host.length(); i++) {
      if (host.charAt(i) <= ' ') {
        return true;
      }
    }
    return false;
  }
}
