package dev.adp.domain;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What may be known of a secret: everything but its value.
 *
 * @param usedBy names of the providers that refer to it, sorted
 */
public record Secret(
    SecretRef name,
    Map<String, String> labels,
    List<ResourceId> usedBy,
    Instant createdAt,
    Instant updatedAt) {

  /** Changes with every update; compared by {@code If-Match}. */
  public String etag() {
    return Etag.of(updatedAt);
  }
}
