package dev.adp.portal;

import java.net.URI;

/**
 * The addresses that people see. They are settings, never taken from a request.
 *
 * @param publicUrl where this portal is
 * @param gatewayUrl where applications send their calls
 * @param issuer who issues gateway tokens
 */
public record PortalSettings(URI publicUrl, URI gatewayUrl, URI issuer) {

  /** What every proxy URL starts with; a slash and the provider's name follow. */
  String proxyBase() {
    return base(gatewayUrl) + "/llm/v1/providers";
  }

  String proxyUrl(Object provider) {
    return proxyBase() + "/" + provider;
  }

  String issuerUrl() {
    return base(issuer);
  }

  String discoveryUrl() {
    return issuerUrl() + "/.well-known/openid-configuration";
  }

  String tokenUrl() {
    return issuerUrl() + "/oauth/idp/token";
  }

  private static String base(URI uri) {
    String text = uri.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
