package dev.adp.terraform.redpanda;

import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.redpanda.Connection.Credential;
import dev.adp.terraform.sdk.Refusal;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Gets access tokens and keeps the current one. */
final class AccessTokens {
  /** A token, and when it ends. */
  record Token(String value, Instant expiresAt) {}

  /** Why there was no token, and until when the next one is told the same. */
  private record Failure(Refusal refusal, Instant until) {}

  private static final Duration MARGIN = Duration.ofMinutes(1);

  /** Hundreds may wait for one token: what was tried in vain is not tried again by each of them. */
  private static final Duration FAILURE_KEPT = Duration.ofSeconds(5);

  private static final Subject SUBJECT = Subject.of("an access token", "");

  private final Connection connection;
  private final Http http;
  private final InstantSource clock;
  private Token current = new Token("", Instant.EPOCH);
  private Optional<Failure> failure = Optional.empty();

  AccessTokens(Connection connection, Http http, InstantSource clock) {
    this.connection = connection;
    this.http = http;
    this.clock = clock;
  }

  /** A token that still holds. */
  synchronized String get() {
    return switch (connection.credential()) {
      case Credential.Token(var value) -> value;
      case Credential.ServiceAccount account -> {
        if (clock.instant().plus(MARGIN).isAfter(current.expiresAt())) {
          current = renewed(account);
        }
        yield current.value();
      }
    };
  }

  /**
   * Drops a token that was refused.
   *
   * @return whether another one can be got
   */
  synchronized boolean drop(String refused) {
    if (current.value().equals(refused)) {
      current = new Token("", Instant.EPOCH);
    }
    return connection.credential() instanceof Credential.ServiceAccount;
  }

  /** Gets a new token with the credential of the provider. */
  private Token renewed(Credential.ServiceAccount account) {
    Optional<Failure> recent = failure.filter(last -> clock.instant().isBefore(last.until()));
    if (recent.isPresent()) {
      throw recent.get().refusal();
    }
    try {
      return request(account, Optional.empty());
    } catch (Refusal refusal) {
      failure = Optional.of(new Failure(refusal, clock.instant().plus(FAILURE_KEPT)));
      throw refusal;
    }
  }

  /**
   * Gets a new token.
   *
   * @param where the attribute that the credential comes from; empty for the provider's own
   */
  Token request(Credential.ServiceAccount account, Optional<Path> where) {
    String form =
        "grant_type=client_credentials&client_id=%s&client_secret=%s"
            .formatted(encoded(account.clientId()), encoded(account.clientSecret()));
    var request =
        HttpRequest.newBuilder(connection.endpoint().resolve("oauth/idp/token"))
            .timeout(connection.timeout())
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    try {
      Instant now = clock.instant();
      HttpResponse<String> answer = http.sendRepeatable(request);
      if (answer.statusCode() != 200) {
        throw Refusals.noToken(connection, where, answer);
      }
      JsonObject json = Refusals.json(connection, answer);
      String token = Refusals.text(json, "access_token");
      String seconds = Refusals.text(json, "expires_in");
      if (token.isEmpty() || !seconds.matches("[0-9]{1,9}")) {
        throw Refusals.notAControlPlane(connection, answer.statusCode());
      }
      return new Token(token, now.plusSeconds(Long.parseLong(seconds)));
    } catch (IOException e) {
      throw Refusals.unreachable(connection, SUBJECT, e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
