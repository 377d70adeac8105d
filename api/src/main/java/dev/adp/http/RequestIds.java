package dev.adp.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The id under which a request is found again in logs: the caller's own if it is fit to be printed,
 * else one made here. Every answer carries it.
 */
public final class RequestIds {
  public static final String HEADER = "x-request-id";

  /** Where the id stands when an upstream's answer brings an id of its own. */
  public static final String OUR_HEADER = "x-adp-request-id";

  private static final int CHARS_MAX = 128;
  private static final HexFormat HEX = HexFormat.of();

  private RequestIds() {}

  /**
   * Puts the id on the answer.
   *
   * @return the id
   */
  public static String stamp(HttpServerRequest request) {
    List<String> given = request.headers().getAll(HEADER);
    String id = given.size() == 1 && isPrintable(given.getFirst()) ? given.getFirst() : made();
    request.response().putHeader(HEADER, id);
    return id;
  }

  /** The id that is on the answer; where there is none yet, one is put. */
  public static String of(HttpServerRequest request) {
    @Nullable String id = request.response().headers().get(HEADER);
    return id == null ? stamp(request) : id;
  }

  static boolean isPrintable(String id) {
    return !id.isEmpty()
        && id.length() <= CHARS_MAX
        && id.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  /** Needs to be rare, not secret. */
  private static String made() {
    var random = ThreadLocalRandom.current();
    return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
  }
}
