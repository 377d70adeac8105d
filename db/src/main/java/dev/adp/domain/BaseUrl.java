package dev.adp.domain;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an upstream lives: an absolute http or https URL without user info, query or fragment. */
public record BaseUrl(URI value) {
  public static final int LENGTH_MAX = 2048;
  private static final int NO_PORT = -1;
  private static final int PORT_DIGITS_MAX = 9;

  /**
   * A host with an underscore, as containers have them, and a port: {@link URI} takes this for a
   * registry's name, of which it knows no parts.
   */
  private static final Pattern UNDERSCORED =
      Pattern.compile(
          "(?=[^:]*_)(?<host>[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?)(:(?<port>[0-9]*))?");

  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9A-Fa-f]*)\\.?");

  private static final Pattern DOTTED_QUAD =
      Pattern.compile("((0|[1-9][0-9]{0,2})\\.){3}(0|[1-9][0-9]{0,2})");

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
            (scheme.equals("http") || scheme.equals("https")) && host(uri).isPresent(),
            field,
            "must be an absolute http or https URL, for example https://api.example.com/v1")
        .check(
            !host(uri).map(BaseUrl::isOddAddress).orElse(false),
            field,
            "must give an address as four decimal numbers, for example 10.0.0.7")
        .check(uri.getRawUserInfo() == null, field, "must not contain user info")
        .check(uri.getRawQuery() == null, field, "must not contain a query")
        .check(uri.getRawFragment() == null, field, "must not contain a fragment")
        .check(
            port(uri) == NO_PORT || (port(uri) > 0 && port(uri) < 65_536),
            field,
            "must have a port from 1 to 65535")
        .throwIfAny();
    return new BaseUrl(URI.create(trimmed.replaceAll("/+$", "")));
  }

  /** The port that is connected to, the scheme's own if none is given. */
  public int port() {
    int given = port(value);
    if (given != NO_PORT) {
      return given;
    }
    return isTls() ? 443 : 80;
  }

  /** The host that is connected to, as it is spelled. */
  public String host() {
    return host(value).orElseThrow();
  }

  private static Optional<String> host(URI uri) {
    return Optional.ofNullable(uri.getHost())
        .or(() -> underscored(uri).map(authority -> authority.group("host")));
  }

  /**
   * Whether a host is an IPv4 address in one of the notations that only some programs read: one
   * number, hexadecimal, octal, fewer than four parts. Whoever looks at it would see another host.
   */
  private static boolean isOddAddress(String host) {
    return ENDS_IN_NUMBER.matcher(host).matches() && !DOTTED_QUAD.matcher(host).matches();
  }

  private static int port(URI uri) {
    return underscored(uri)
        .map(authority -> authority.group("port"))
        .filter(port -> !port.isEmpty())
        .map(port -> port.length() > PORT_DIGITS_MAX ? Integer.MAX_VALUE : Integer.parseInt(port))
        .orElseGet(uri::getPort);
  }

  private static Optional<Matcher> underscored(URI uri) {
    if (uri.getHost() != null || uri.getRawAuthority() == null) {
      return Optional.empty();
    }
    return Optional.of(UNDERSCORED.matcher(uri.getRawAuthority())).filter(Matcher::matches);
  }

  public boolean isTls() {
    return value.getScheme().equalsIgnoreCase("https");
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
