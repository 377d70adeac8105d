package dev.adp.portal;

import dev.adp.domain.PageKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where a long list goes on, as part of a URL. */
final class Cursor {
  static final int ROWS_MAX = 50;

  private Cursor() {}

  static Optional<PageKey> of(Request request) {
    String name = request.query("after");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new PageKey(request.query("after_value"), name));
  }

  /**
   * The address of the next part; empty when there is none.
   *
   * @param path with the other parameters, if there are any
   */
  static String next(String path, Optional<PageKey> key) {
    return key.map(
            place ->
                path
                    + (path.contains("?") ? "&" : "?")
                    + "after="
                    + encoded(place.name())
                    + (place.sortValue().isEmpty()
                        ? ""
                        : "&after_value=" + encoded(place.sortValue())))
        .orElse("");
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
