package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.adp.domain.Failure;
import dev.adp.domain.Failure.TooManyRequests;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.NewPassword;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever guesses passwords waits longer and longer, and nobody is kept out for good. */
class SignInThrottleTest {
  private static final String HERE = "192.0.2.1";
  private static final String PASSWORD = "correct horse battery";
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final PortalSessions sessions = new PortalSessions(store.database(), clock);

  /** Alone, where many attempts are needed: hashing is slow on purpose. */
  private final SignInThrottle throttle = new SignInThrottle(store.database(), clock);

  @BeforeEach
  void createUser() {
    var draft =
        new UserAccount.Draft(new ResourceId("maya"), "maya@example.com", Role.READER, false);
    var password = new NewPassword("password", PASSWORD, "maya", "maya@example.com");
    store.users().create(ADMIN, draft, Optional.of(password));
  }

  /** Whether there is such a user makes no difference. */
  @ParameterizedTest
  @ValueSource(strings = {"maya", "nobody", "' or true --", "\u0000"})
  void theWaitDoublesFromTheFifthFailureOnToAMinute(String name) {
    var waits = new ArrayList<Long>();
    for (int failure = 1; failure <= 13; failure++) {
      waits.add(failAfterWaiting(name).toSeconds());
    }
    assertThat(waits).containsExactly(0L, 0L, 0L, 0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
  }

  @Test
  void whoMustWaitIsToldHowLongAndNotHeardEvenWithTheRightPassword() {
    fail("maya", 8);
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> sessions.signIn("maya", PASSWORD, HERE))
        .withMessage("Too many attempts to sign in. Try again in 8 seconds.");
    clock.advance(Duration.ofSeconds(8).minusMillis(1));
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> sessions.signIn("maya", PASSWORD, HERE))
        .withMessage("Too many attempts to sign in. Try again in 1 second.");
    clock.advance(Duration.ofMillis(1));
    assertThat(sessions.find(sessions.signIn("maya", PASSWORD, HERE))).isPresent();
  }

  @Test
  void theRightPasswordMakesCountingBeginAnew() {
    fail("maya", 4);
    String _ = sessions.signIn("maya", PASSWORD, HERE);
    fail("maya", 4);
    assertThat(sessions.find(sessions.signIn("maya", PASSWORD, HERE))).isPresent();
  }

  @Test
  void anHourWithoutAnAttemptMakesCountingBeginAnew() {
    fail("maya", 10);
    clock.advance(Duration.ofHours(1));
    fail("maya", 4);
    assertThat(failAfterWaiting("maya")).isZero();
  }

  @Test
  void othersDoNotWait() throws SQLException {
    fail("maya", 12);
    assertThat(sessions.signIn("admin", store.admin().password(), HERE)).isNotEmpty();
    assertThat(store.number("select count(*) from portal_session")).isEqualTo(1);
  }

  @Test
  void anAddressThatTriesManyNamesWaitsForTheEndOfItsWindow() {
    for (int i = 1; i <= SignInThrottle.ADDRESS_FAILURES_MAX; i++) {
      throttle.take("user-" + i, HERE);
    }
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> sessions.signIn("maya", PASSWORD, HERE))
        .withMessage("Too many attempts to sign in. Try again in 10 minutes.");
    assertThat(sessions.signIn("maya", PASSWORD, "198.51.100.7")).isNotEmpty();
    clock.advance(SignInThrottle.ADDRESS_WINDOW);
    assertThat(sessions.signIn("maya", PASSWORD, HERE)).isNotEmpty();
  }

  @Test
  void anAddressOfIpv6CountsWithItsNetwork() {
    for (int i = 1; i <= SignInThrottle.ADDRESS_FAILURES_MAX; i++) {
      throttle.take("user-" + i, "2001:db8::" + Integer.toHexString(i));
    }
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> sessions.signIn("maya", PASSWORD, "2001:db8:0:0:ffff::1"));
    assertThat(sessions.signIn("maya", PASSWORD, "2001:db8:0:1::1")).isNotEmpty();
  }

  @Test
  void whoSignsInOftenIsNotHeldToHaveFailed() {
    for (int i = 0; i < SignInThrottle.ADDRESS_FAILURES_MAX + 5; i++) {
      throttle.take("maya", HERE);
      throttle.succeeded("maya", HERE);
    }
    assertThat(sessions.signIn("maya", PASSWORD, HERE)).isNotEmpty();
  }

  @Test
  void allInstancesCountTogether() {
    var there = new PortalSessions(store.another(), clock);
    for (int i = 0; i < 6; i++) {
      var sessionsInTurn = i % 2 == 0 ? sessions : there;
      assertThatExceptionOfType(Unauthenticated.class)
          .isThrownBy(() -> sessionsInTurn.signIn("maya", "wrong", HERE));
      clock.advance(Duration.ofSeconds(i == 4 ? 1 : 0));
    }
    for (PortalSessions each : List.of(sessions, there)) {
      assertThatExceptionOfType(TooManyRequests.class)
          .isThrownBy(() -> each.signIn("maya", PASSWORD, HERE))
          .withMessageEndingWith("Try again in 2 seconds.");
    }
  }

  /** Were a failure counted only when it is known, all of them would be looked at. */
  @Test
  void guessesAtTheSameTimeGetNoFurtherThanGuessesInARow() {
    List<CompletableFuture<Throwable>> guesses =
        IntStream.range(0, 40)
            .mapToObj(
                _ ->
                    CompletableFuture.supplyAsync(
                        () -> catchThrowable(() -> sessions.signIn("maya", "wrong", HERE))))
            .toList();
    List<Class<?>> answers =
        guesses.stream().map(CompletableFuture::join).<Class<?>>map(Object::getClass).toList();
    assertThat(answers.stream().filter(Unauthenticated.class::equals)).hasSize(5);
    assertThat(answers.stream().filter(TooManyRequests.class::equals)).hasSize(35);
  }

  @Test
  void aStormDoesNotWriteARowEach() throws SQLException {
    for (int i = 0; i < 300; i++) {
      var refused = catchThrowable(() -> sessions.signIn("maya", "wrong", HERE));
      assertThat(refused).isInstanceOf(Failure.class);
    }
    assertThat(store.number("select count(*) from sign_in_attempt")).isEqualTo(2);
    for (int i = 0; i < 300; i++) {
      String name = "user-" + i;
      assertThat(Optional.ofNullable(catchThrowable(() -> throttle.take(name, HERE))))
          .matches(refused -> refused.isEmpty() || refused.get() instanceof TooManyRequests);
    }
    assertThat(store.number("select count(*) from sign_in_attempt"))
        .isLessThanOrEqualTo(1 + SignInThrottle.ADDRESS_FAILURES_MAX);
  }

  @Test
  void whatIsForgottenIsClearedAway() throws SQLException {
    fail("maya", 3);
    fail("nobody", 3);
    clock.advance(Duration.ofHours(2));
    assertWrong("someone", "198.51.100.7");
    assertThat(store.number("select count(*) from sign_in_attempt")).isEqualTo(2);
  }

  /** People type passwords into the field for names. */
  @Test
  void whatWasTypedAsANameIsNotStored() throws SQLException {
    assertWrong("my password", HERE);
    assertThat(
            store.number(
                "select count(*) from sign_in_attempt s where encode(s.key, 'escape') like '%password%'"))
        .isZero();
  }

  private void fail(String name, int times) {
    for (int i = 0; i < times; i++) {
      var _ = failAfterWaiting(name);
    }
  }

  /** Fails once more, and tells how long it had to wait before. */
  private Duration failAfterWaiting(String name) {
    Throwable refused = catchThrowable(() -> sessions.signIn(name, "wrong", HERE));
    if (refused instanceof TooManyRequests later) {
      clock.advance(later.retryAfter());
      assertWrong(name, HERE);
      return later.retryAfter();
    }
    assertThat(refused).isInstanceOf(Unauthenticated.class);
    return Duration.ZERO;
  }

  private void assertWrong(String name, String address) {
    assertThatExceptionOfType(Unauthenticated.class)
        .isThrownBy(() -> sessions.signIn(name, "wrong", address))
        .withMessage("User name or password is wrong.");
  }
}
