package dev.adp.http;

import dev.adp.domain.Actor;
import dev.adp.domain.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a token with a right signature says. Nothing about its types can be relied on.
 *
 * @param json the payload; never for a log
 */
record OidcClaims(JsonObject json) {
  /** How far the issuer's clock and ours may be apart. */
  static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  private static final Pattern SUBJECT = Pattern.compile("[!-~]{1,255}");
  private static final Pattern ATTRIBUTION = Pattern.compile("[^\\p{Cntrl}]{1,300}");
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\p{Cntrl}\\s@]{1,64}@[^\\p{Cntrl}\\s@]{1,255}");

  @Override
  public String toString() {
    return "OidcClaims[***]";
  }

  boolean isFrom(String issuer) {
    return issuer.equals(json.getValue("iss"));
  }

  /** One text is one audience, spaces and all. */
  Set<String> audience() {
    return (json.getValue("aud") instanceof String one
            ? Stream.of(one)
            : texts(json.getValue("aud")))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it has what only ID tokens have; those are for their client alone. */
  boolean isOfIdToken() {
    return Stream.of("nonce", "at_hash", "c_hash").anyMatch(json::containsKey);
  }

  Optional<String> text(String name) {
    return json.getValue(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** When it ends, the skew included; empty when it does not say. */
  Optional<Instant> end() {
    return time("exp").map(time -> time.plus(CLOCK_SKEW));
  }

  boolean hasBegun(Instant now) {
    return Stream.of("nbf", "iat")
        .flatMap(name -> time(name).stream())
        .noneMatch(time -> time.minus(CLOCK_SKEW).isAfter(now));
  }

  private Optional<Instant> time(String name) {
    return json.getValue(name) instanceof Number seconds
        ? Optional.of(Instant.ofEpochSecond(Math.clamp(seconds.longValue(), 0L, 253_402_300_799L)))
        : Optional.empty();
  }

  Optional<String> subject() {
    return text("sub").filter(SUBJECT.asMatchPredicate());
  }

  /**
   * Whom usage is attributed to: an address that the issuer has verified, as for users of ours.
   * What else it tells could be anybody's name, so a mark keeps it apart.
   */
  String attribution() {
    Optional<String> email =
        Boolean.TRUE.equals(json.getValue("email_verified")) ? text("email") : Optional.empty();
    return email
        .filter(ADDRESS.asMatchPredicate())
        .orElseGet(
            () ->
                Actor.EXTERNAL
                    + Stream.of(text("preferred_username"), subject())
                        .flatMap(Optional::stream)
                        .filter(ATTRIBUTION.asMatchPredicate())
                        .findFirst()
                        .orElse(""));
  }

  /**
   * Our roles among those of a claim: an array or texts separated by spaces, under its whole name
   * or along a dotted path.
   */
  Set<Role> roles(String claim) {
    return texts(json.containsKey(claim) ? json.getValue(claim) : along(claim))
        .flatMap(name -> Role.named(name).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private @Nullable Object along(String path) {
    @Nullable Object found = json;
    for (String name : List.of(path.split("\\.", -1))) {
      found = found instanceof JsonObject object ? object.getValue(name) : null;
    }
    return found;
  }

  private static Stream<String> texts(@Nullable Object value) {
    return switch (value) {
      case String text -> Stream.of(text.split(" +", -1));
      case JsonArray array ->
          array.stream()
              .filter(Objects::nonNull)
              .filter(String.class::isInstance)
              .map(String.class::cast);
      case null, default -> Stream.empty();
    };
  }
}
