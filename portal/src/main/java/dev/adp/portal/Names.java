package dev.adp.portal;

import dev.adp.domain.Failure;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;

/** Names from the path: one that no thing can have is one that is not found. */
final class Names {
  private Names() {}

  static ResourceId resource(String kind, String text) {
    try {
      return new ResourceId(text);
    } catch (Failure.Invalid _) {
      throw new Failure.NotFound(kind, text);
    }
  }

  static SecretRef secret(String text) {
    try {
      return new SecretRef(text);
    } catch (Failure.Invalid _) {
      throw new Failure.NotFound("secret", text);
    }
  }
}
