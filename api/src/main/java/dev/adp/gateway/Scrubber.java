package dev.adp.gateway;

import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionResult;
import dev.adp.store.Invocation;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes an upstream's words fit to be shown: without the credential that was sent to it, in any
 * spelling in which it may come back, without control characters, and not too long.
 */
final class Scrubber {
  private static final Set<String> CREDENTIAL_HEADERS =
      Set.of("authorization", "x-api-key", "api-key", "x-goog-api-key", "x-amz-security-token");

  /** Longest first: one may contain another. */
  private final List<String> secrets;

  private Scrubber(Set<String> values) {
    secrets =
        values.stream()
            .filter(value -> !value.isBlank())
            .flatMap(Scrubber::spellings)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /**
   * @param sent headers as they left
   */
  static Scrubber of(Invocation invocation, ConnectionCheck check, MultiMap sent) {
    Set<String> values = new LinkedHashSet<>();
    sent.forEach(
        header -> {
          if (CREDENTIAL_HEADERS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
            values.add(header.getValue());
            values.add(header.getValue().replaceFirst("^(?i:bearer|basic) +", "").strip());
          }
        });
    invocation
        .provider()
        .config()
        .secretUses()
        .flatMap(use -> invocation.secret(use.secret()).stream())
        .forEach(value -> values.add(value.strip()));
    check.clientAuthorization().ifPresent(values::add);
    return new Scrubber(values);
  }

  private static Stream<String> spellings(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        value,
        URLEncoder.encode(value, StandardCharsets.UTF_8),
        value.replace("\\", "\\\\").replace("\"", "\\\""),
        value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        Base64.getEncoder().encodeToString(bytes),
        Base64.getEncoder().withoutPadding().encodeToString(bytes));
  }

  private static String clipped(String text) {
    int end = ConnectionResult.MESSAGE_CHARS_MAX;
    if (text.length() <= end) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
  }

  /** Before it is clipped, so that not half of a secret stays at the end. */
  String printable(String words) {
    String shown = words;
    for (String secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    shown = shown.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\s]+", " ").strip();
    // A credential that had line breaks put into it is one no longer until these are gone.
    for (String secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    return clipped(shown);
  }
}
