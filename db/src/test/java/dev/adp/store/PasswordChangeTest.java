package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.TooManyRequests;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.NewPassword;
import dev.adp.domain.Origin;
import dev.adp.domain.PasswordChange;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a new password, and other changes of a user, do to his sessions. */
class PasswordChangeTest {
  private static final ResourceId MAYA = new ResourceId("maya");
  private static final Origin PORTAL = new Origin("portal", "192.0.2.1");
  private static final String OLD = "correct horse battery";
  private static final String NEW = "staple in a field";
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final PortalSessions sessions = new PortalSessions(store.database(), clock);
  private final PortalSessions there = new PortalSessions(store.another(), clock);

  @BeforeEach
  void createUser() {
    var draft = new UserAccount.Draft(MAYA, "maya@example.com", Role.WRITER, false);
    store.users().create(ADMIN, draft, Optional.of(password(OLD)));
  }

  @Test
  void theSessionGoesOnUnderANewTokenAndAllOthersEnd() {
    String own = signIn(OLD);
    String other = there.signIn("maya", OLD, "198.51.100.7");
    String csrf = sessions.find(own).orElseThrow().csrfToken();
    String renewed = sessions.changePassword(own, change(OLD, NEW, NEW), PORTAL);
    assertThat(there.find(renewed).orElseThrow().csrfToken()).isNotEqualTo(csrf);
    assertThat(there.find(own)).isEmpty();
    assertThat(there.find(other)).isEmpty();
    assertThat(catchThrowable(() -> signIn(OLD))).isInstanceOf(Unauthenticated.class);
    assertThat(there.find(signIn(NEW))).isPresent();
  }

  @Test
  void itIsALineOfTheAuditLogWithoutThePassword() {
    String _ = sessions.changePassword(signIn(OLD), change(OLD, NEW, NEW), PORTAL);
    AuditEvent line =
        new AuditLog(store.database())
            .list(ADMIN, AuditEvent.Query.ALL, 1, Optional.empty())
            .rows()
            .getFirst();
    assertThat(line.actor()).isEqualTo("user:maya");
    assertThat(line.origin()).isEqualTo(PORTAL);
    assertThat(line.action()).isEqualTo("user_update");
    assertThat(line.resource()).isEqualTo("users/maya");
    assertThat(line.toString()).contains("password_replaced").doesNotContain(OLD, NEW, "argon2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrong | short | other | current_password: must be your current password; new_password: must have from 12 to 128 characters; repeat_password: must be the same as the new password",
        "wrong | staple in a field | staple in a field | current_password: must be your current password",
        "correct horse battery | correct horse battery | correct horse battery | new_password: must differ from the current one",
        "correct horse battery | MAYA@example.com | MAYA@example.com | new_password: must not be the user's name or e-mail address",
        "correct horse battery | staple in a field | staple in a fjeld | repeat_password: must be the same as the new password",
      })
  void everythingThatIsWrongIsToldAtOnce(
      String current, String fresh, String repeated, String text) {
    String own = signIn(OLD);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> sessions.changePassword(own, change(current, fresh, repeated), PORTAL))
        .withMessage(text);
    assertThat(sessions.find(own)).isPresent();
    assertThat(sessions.find(signIn(OLD))).isPresent();
  }

  /** Whoever finds a session open must not be able to guess the password there. */
  @Test
  void guessingTheCurrentPasswordWaitsAsSigningInDoes() {
    String own = signIn(OLD);
    for (int i = 0; i < SignInThrottle.NAME_WAITS_FROM; i++) {
      assertThat(
              catchThrowable(() -> sessions.changePassword(own, change("wrong", NEW, NEW), PORTAL)))
          .isInstanceOf(Invalid.class);
    }
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> sessions.changePassword(own, change(OLD, NEW, NEW), PORTAL));
  }

  @Test
  void aSessionThatIsOverChangesNothing() {
    String own = signIn(OLD);
    sessions.end(own);
    for (String token : new String[] {own, "", "' or true --", "\u0000"}) {
      assertThatExceptionOfType(Unauthenticated.class)
          .isThrownBy(() -> sessions.changePassword(token, change(OLD, NEW, NEW), PORTAL));
    }
  }

  /** On every instance at once: sessions are known by the database alone. */
  @ParameterizedTest
  @CsvSource({
    "Writer, false, staple in a field, ends",
    "Writer, true, '', ends",
    "Reader, false, '', ends",
    "TranscriptReader, false, '', ends",
    "Writer, false, '', stays",
    "Admin, false, '', stays",
  })
  void whatAnAdministratorChangesEndsSessionsOrNot(
      String role, boolean blocked, String fresh, String becomes) {
    String session = signIn(OLD);
    Optional<NewPassword> password =
        Optional.of(fresh).filter(text -> !text.isEmpty()).map(PasswordChangeTest::password);
    var draft =
        new UserAccount.Draft(MAYA, "maya@example.com", Role.named(role).orElseThrow(), blocked);
    store.users().update(ADMIN, MAYA, _ -> true, _ -> new Users.Change(draft, password));
    boolean open = there.find(session).isPresent();
    assertThat(open ? "stays" : "ends").isEqualTo(becomes);
    unblock();
    assertThat(there.find(session).isPresent()).as("an ended session stays so").isEqualTo(open);
  }

  private void unblock() {
    UnaryOperator<UserAccount.Draft> unblocked =
        draft -> new UserAccount.Draft(draft.name(), draft.email(), draft.role(), false);
    store
        .users()
        .update(
            ADMIN,
            MAYA,
            _ -> true,
            draft -> new Users.Change(unblocked.apply(draft), Optional.empty()));
  }

  @Test
  void deletingAUserEndsHisSessions() {
    String session = signIn(OLD);
    store.users().delete(ADMIN, MAYA, _ -> true);
    assertThat(there.find(session)).isEmpty();
    assertThat(catchThrowable(() -> signIn(OLD))).isInstanceOf(Unauthenticated.class);
  }

  @Test
  void theLastSignInIsKnown() {
    UserAccount before = store.users().get(ADMIN, MAYA);
    assertThat(before.lastSignInAt()).isEmpty();
    String _ = signIn(OLD);
    UserAccount user = store.users().get(ADMIN, MAYA);
    assertThat(user.lastSignInAt()).contains(clock.instant());
    assertThat(user.etag()).as("is no change of the user").isEqualTo(before.etag());
  }

  private String signIn(String password) {
    return sessions.signIn("maya", password, PORTAL.address());
  }

  private static PasswordChange change(String current, String fresh, String repeated) {
    return new PasswordChange(current, fresh, repeated);
  }

  private static NewPassword password(String value) {
    return new NewPassword("password", value, "maya", "maya@example.com");
  }
}
