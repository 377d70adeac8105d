package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortalSessionsTest {
  private static final String ADDRESS = "192.0.2.1";
  private static final Duration MICRO = Duration.ofNanos(1_000);
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final PortalSessions sessions = new PortalSessions(store.database(), clock);

  @Test
  void theFirstAdministratorSignsInWithThePasswordOfTheFirstStart() {
    PortalSessions.Session session = sessions.find(signIn()).orElseThrow();
    assertThat(session.user().name()).isEqualTo("admin");
    assertThat(session.user().actor().roles()).containsExactly(Role.ADMIN);
    assertThat(session.csrfToken()).hasSizeGreaterThanOrEqualTo(43);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "wrong", "admin", "\u0000", "' or true --"})
  void aWrongPasswordIsRefused(String password) {
    assertRefused("admin", password);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Admin", "nobody", "admin\u0000", "' or true --", "\ud800"})
  void anUnknownUserIsRefusedWithTheSameText(String name) {
    assertRefused(name, store.admin().password());
  }

  @Test
  void thePasswordsHashIsNoPassword() throws SQLException {
    store.execute("update app_user set email = password_hash");
    String hash = sessions.find(signIn()).orElseThrow().user().email();
    store.execute("update app_user set email = 'admin@localhost'");
    assertThat(hash).startsWith("$argon2id$");
    assertRefused("admin", hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "\u0000", "' or true --"})
  void aTokenThatNobodyGaveOutFindsNothing(String token) {
    String _ = signIn();
    assertThat(sessions.find(token)).isEmpty();
  }

  @Test
  void theTokenItselfIsNotStored() throws SQLException {
    String token = signIn();
    assertThat(
            store.number(
                "select count(*) from portal_session where encode(token_hash, 'escape') like '%%%s%%'"
                    .formatted(token)))
        .isZero();
  }

  @Test
  void twoSignInsAreTwoSessions() {
    String one = signIn();
    String two = signIn();
    sessions.end(one);
    assertThat(sessions.find(one)).isEmpty();
    assertThat(sessions.find(two)).isPresent();
  }

  @Test
  void aSessionEndsAfterThirtyIdleMinutes() {
    String token = signIn();
    clock.advance(PortalSessions.IDLE_MAX.minus(MICRO));
    assertThat(sessions.find(token)).isPresent(); // And is no longer idle.
    clock.advance(PortalSessions.IDLE_MAX.minus(MICRO));
    assertThat(sessions.find(token)).isPresent();
    clock.advance(PortalSessions.IDLE_MAX);
    assertThat(sessions.find(token)).isEmpty();
  }

  @Test
  void aSessionEndsAfterTwelveHoursHoweverBusy() {
    String token = signIn();
    Instant end = clock.instant().plus(PortalSessions.AGE_MAX);
    while (clock.instant().isBefore(end.minus(Duration.ofMinutes(20)))) {
      clock.advance(Duration.ofMinutes(20));
      sessions.find(token);
    }
    clock.set(end.minus(MICRO));
    assertThat(sessions.find(token)).isPresent();
    clock.set(end);
    assertThat(sessions.find(token)).isEmpty();
  }

  @Test
  void blockingAUserEndsHisSessionsAndKeepsHimOut() throws SQLException {
    String token = signIn();
    store.execute("update app_user set blocked = true");
    assertThat(sessions.find(token)).isEmpty();
    assertRefused("admin", store.admin().password());
  }

  @Test
  void aChangedRoleActsOnARunningSession() throws SQLException {
    String token = signIn();
    store.execute("update app_user set role = 'Reader'");
    assertThat(sessions.find(token).orElseThrow().user().role()).isEqualTo(Role.READER);
    store.execute("update app_user set role = 'Admin'");
  }

  @Test
  void sessionsThatAreOverAreSweptAwayAtTheNextSignIn() throws SQLException {
    String _ = signIn();
    clock.advance(PortalSessions.IDLE_MAX.plus(MICRO));
    String _ = signIn();
    assertThat(store.number("select count(*) from portal_session")).isEqualTo(1);
  }

  private String signIn() {
    return sessions.signIn("admin", store.admin().password(), ADDRESS);
  }

  private void assertRefused(String name, String password) {
    assertThatExceptionOfType(Unauthenticated.class)
        .isThrownBy(() -> sessions.signIn(name, password, ADDRESS))
        .withMessage("User name or password is wrong.");
  }
}
