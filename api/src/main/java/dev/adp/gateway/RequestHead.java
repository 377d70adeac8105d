package dev.adp.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;

/**
 * What must be single in the head of a request. Two servers on its way might otherwise each take
 * another one for the truth.
 */
final class RequestHead {
  private RequestHead() {}

  static Optional<Refusal> refusal(HttpServerRequest request) {
    MultiMap headers = request.headers();
    List<String> hosts = headers.getAll(HttpHeaders.HOST);
    if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
      return Optional.of(Refusal.badHead("send the header Host exactly once"));
    }
    if (!hosts.isEmpty() && hasSpace(hosts.getFirst())) {
      return Optional.of(Refusal.badHead("the header Host must not contain spaces"));
    }
    for (String name : ClientHeaders.CREDENTIALS) {
      if (headers.contains(name) && headers.getAll(name).size() > 1) {
        return Optional.of(Refusal.badHead("send the header " + name + " once"));
      }
    }
    return Optional.empty();
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
