package dev.adp.terraform.redpanda;

import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxy on the way to the control plane. {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code
 * NO_PROXY} are read as Terraform itself reads them.
 *
 * @param authorization what the proxy lets in by
 */
record HttpProxy(String host, int port, Optional<String> authorization) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>\\[[^]]+]|[^:]+)(:(?<port>[0-9]{1,5}))?");

  /** The proxy for an endpoint; empty when it is called directly. */
  static Optional<HttpProxy> of(URI endpoint, Map<String, String> environment) {
    String variable = isHttps(endpoint) ? "HTTPS_PROXY" : "HTTP_PROXY";
    String proxy = value(environment, variable);
    return proxy.isEmpty() || isDirect(endpoint, value(environment, "NO_PROXY"))
        ? Optional.empty()
        : Optional.of(parsed(variable, proxy));
  }

  private static boolean isHttps(URI endpoint) {
    return endpoint.getScheme().equalsIgnoreCase("https");
  }

  private static String value(Map<String, String> environment, String variable) {
    String capital = environment.getOrDefault(variable, "");
    return capital.isEmpty()
        ? environment.getOrDefault(variable.toLowerCase(Locale.ROOT), "")
        : capital;
  }

  private static HttpProxy parsed(String variable, String value) {
    URI uri;
    try {
      uri = new URI(value.contains("://") ? value : "http://" + value);
    } catch (URISyntaxException _) {
      throw invalid(variable);
    }
    if (!uri.getScheme().equalsIgnoreCase("http") || uri.getHost() == null) {
      throw invalid(variable);
    }
    return new HttpProxy(
        uri.getHost(),
        uri.getPort() == -1 ? HTTP_PORT : uri.getPort(),
        Optional.ofNullable(uri.getUserInfo())
            .map(user -> user.contains(":") ? user : user + ":")
            .map(user -> user.getBytes(StandardCharsets.UTF_8))
            .map(user -> "Basic " + Base64.getEncoder().encodeToString(user)));
  }

  /** Says nothing of the value, which may hold a password. */
  private static Refusal invalid(String variable) {
    return new Refusal(
        Diagnostic.error(
            "Invalid " + variable,
            "%s must be the URL of an HTTP proxy, for example http://user:password@proxy.example.com:3128, with %%40 and the like in place of special characters; proxies that speak TLS or SOCKS themselves are not supported. NO_PROXY names the hosts that are called directly."
                .formatted(variable)));
  }

  private static boolean isDirect(URI endpoint, String exceptions) {
    String host = bare(endpoint.getHost());
    int port = endpoint.getPort();
    if (port == -1) {
      port = isHttps(endpoint) ? HTTPS_PORT : HTTP_PORT;
    }
    String there = String.valueOf(port);
    return host.equals("localhost")
        || address(host).filter(InetAddress::isLoopbackAddress).isPresent()
        || Arrays.stream(exceptions.split(",", -1))
            .map(HttpProxy::bare)
            .filter(exception -> !exception.isEmpty())
            .anyMatch(exception -> covers(exception, host, there));
  }

  /** A host as it is compared: in lower case, without the brackets of addresses. */
  private static String bare(String host) {
    String text = host.strip().toLowerCase(Locale.ROOT);
    return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
  }

  private static boolean covers(String exception, String host, String port) {
    if (exception.equals("*")) {
      return true;
    }
    if (exception.contains("/")) {
      return isInNetwork(exception, host);
    }
    Matcher parts = HOST_AND_PORT.matcher(exception);
    boolean split = parts.matches(); // An address of IPv6 without brackets has no port.
    String wanted = split ? bare(parts.group("host")) : exception;
    if (split && parts.group("port") != null && !parts.group("port").equals(port)) {
      return false;
    }
    Optional<InetAddress> address = address(wanted);
    if (address.isPresent()) {
      return address.equals(address(host));
    }
    String domain = wanted.startsWith("*.") ? wanted.substring(1) : wanted;
    return domain.startsWith(".")
        ? host.endsWith(domain)
        : host.equals(domain) || host.endsWith("." + domain);
  }

  private static boolean isInNetwork(String network, String host) {
    int slash = network.indexOf('/');
    Optional<byte[]> prefix = address(network.substring(0, slash)).map(InetAddress::getAddress);
    Optional<byte[]> address = address(host).map(InetAddress::getAddress);
    String length = network.substring(slash + 1);
    if (prefix.isEmpty() || address.isEmpty() || !length.matches("[0-9]{1,3}")) {
      return false;
    }
    int rest = prefix.get().length * Byte.SIZE - Integer.parseInt(length);
    return prefix.get().length == address.get().length
        && rest >= 0
        && new BigInteger(1, prefix.get())
            .shiftRight(rest)
            .equals(new BigInteger(1, address.get()).shiftRight(rest));
  }

  /** An address that is written as one; names are not looked up. */
  private static Optional<InetAddress> address(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Without what it lets in by. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
