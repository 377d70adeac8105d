package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions of people whom an external issuer vouches for. */
class ExternalSessionsTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final String ISSUER = "https://login.example.com";
  private static final String ID_TOKEN = "eyJ.id.token";
  private static final TestClock clock = new TestClock(START);

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final ExternalSessions sessions = of(ISSUER);

  private static ExternalSessions of(String issuer) {
    return new ExternalSessions(store.database(), clock, issuer);
  }

  private String start() {
    return sessions.start("ada", "ada@example.com", Set.of(Role.READER), ID_TOKEN).orElseThrow();
  }

  @BeforeEach
  void now() {
    clock.set(START);
  }

  @Test
  void aSessionIsGoodForTheIssuerThatHasVouchedForIt() {
    String token = start();
    assertThat(sessions.find(token)).isPresent();
    assertThat(of("https://other.example.com").find(token)).isEmpty();
  }

  @Test
  void noTokenOfTheOtherKindOfSessionIsTakenForOneOfThese() {
    assertThat(ExternalSessions.takes(start())).isTrue();
    // The letters of base64url, in which the others are written.
    assertThat(start().replaceFirst("[A-Za-z0-9_-]+$", "")).matches(".+[^A-Za-z0-9_-]");
    assertThat(ExternalSessions.takes("x-" + Passwords.random())).isFalse();
  }

  @Test
  void anHourIsTheEndHoweverBusyItIs() {
    String token = start();
    for (int minutes = 0; minutes < 60; minutes += 20) {
      assertThat(sessions.find(token)).isPresent();
      clock.advance(Duration.ofMinutes(20));
    }
    assertThat(sessions.find(token)).isEmpty();
  }

  @Test
  void theIdTokenComesOutAtTheEndAndOnlyForWhoHoldsTheSession() {
    String token = start();
    byte[] sealed = SessionSeal.seal(token, ID_TOKEN);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain(ID_TOKEN);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> SessionSeal.open(token + "x", sealed));
    assertThat(sessions.end(token)).contains(ID_TOKEN);
    assertThat(sessions.end(token)).isEmpty();
    assertThat(sessions.find(token)).isEmpty();
  }
}
