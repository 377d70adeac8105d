package dev.adp.http;

import java.util.Optional;

/**
 * The external issuer of identities.
 *
 * @param issuer as it stands in {@code iss}, character by character
 * @param client for signing in to the portal; without it only bearer tokens are taken
 * @param audience what {@code aud} of a bearer token must name
 * @param rolesClaim name or dotted path of the claim with the roles
 */
public record OidcSettings(
    String issuer, Optional<Client> client, String audience, String rolesClaim) {

  /**
   * This portal, as the issuer knows it.
   *
   * @param secret absent for a public client
   */
  public record Client(String id, Optional<String> secret) {
    @Override
    public String toString() {
      return "Client[" + id + ", ***]";
    }
  }

  String discoveryUrl() {
    return issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration";
  }
}
