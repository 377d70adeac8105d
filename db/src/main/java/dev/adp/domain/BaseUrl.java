package dev.adp.domain;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Where an upstream lives: an absolute http or https URL without user info, query or fragment. */
public record BaseUrl(URI value) {
  public static final int LENGTH_MAX = 2048;

  /**
   * Reads a base URL from a field; a final slash is dropped, so that paths can be appended.
   *
   * @throws Failure.Invalid naming the field
   */
  public static BaseUrl of(String field, String text) {
    String trimmed = text.strip();
    URI uri;
    try {
      uri = new URI(trimmed);
    } catch (URISyntaxException e) {
      throw new Failure.Invalid(
          field, "must be an absolute http or https URL, for example https://api.example.com/v1");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    new Violations()
        .check(trimmed.length() <= LENGTH_MAX, field, "must have at most 2048 characters")
        .check(
            (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null,
            field,
            "must be an absolute http or https URL, for example https://api.example.com/v1")
        .check(uri.getRawUserInfo() == null, field, "must not contain user info")
        .check(uri.getRawQuery() == null, field, "must not contain a query")
        .check(uri.getRawFragment() == null, field, "must not contain a fragment")
        .check(
            uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() < 65_536),
            field,
            "must have a port from 1 to 65535")
        .throwIfAny();
    return new BaseUrl(URI.create(trimmed.replaceAll("/+$", "")));
  }

  /** The port that is connected to, the scheme's own if none is given. */
  public int port() {
    if (value.getPort() != -1) {
      return value.getPort();
    }
    return isTls() ? 443 : 80;
  }

  public boolean isTls() {
    return value.getScheme().equalsIgnoreCase("https");
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
