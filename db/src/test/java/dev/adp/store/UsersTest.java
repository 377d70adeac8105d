package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.NewPassword;
import dev.adp.domain.PageKey;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
  private static final ResourceId FIRST = new ResourceId("admin");
  private static final ResourceId MAYA = new ResourceId("maya");
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final Users users = store.users();

  @Test
  void aPasswordThatWeMakeIsShownOnce() throws SQLException {
    Users.Created created = users.create(ADMIN, draft("maya", Role.READER), Optional.empty());
    String password = created.generatedPassword().orElseThrow();
    assertThat(password).hasSize(20);
    assertThat(created.toString()).doesNotContain(password);
    assertThat(users.get(ADMIN, MAYA)).isEqualTo(created.user());
    assertThat(
            store.number(
                "select count(*) from app_user where password_hash like '$argon2id$%' and name = 'maya'"))
        .isEqualTo(1);
    assertThat(audited()).noneMatch(line -> line.contains(password));
  }

  @Test
  void aPasswordThatIsGivenIsNotShown() {
    var password = password("correct horse battery");
    Users.Created created = users.create(ADMIN, draft("maya", Role.READER), Optional.of(password));
    assertThat(created.generatedPassword()).isEmpty();
    assertThat(password.toString()).doesNotContain("horse");
    assertThat(audited()).noneMatch(line -> line.contains("horse"));
  }

  @ParameterizedTest
  @CsvSource({
    "short, must have from 12 to 128 characters",
    "12345678901, must have from 12 to 128 characters",
    "Maya-Long-Name, must not be the user's name or e-mail address",
    "MAYA@EXAMPLE.COM, must not be the user's name or e-mail address",
  })
  void aPasswordThatIsEasyToGuessIsRefused(String password, String text) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> new NewPassword("password", password, "maya-long-name", "maya@example.com"))
        .withMessage("password: " + text);
  }

  @Test
  void lengthCountsCharactersAndNoKindOfThemIsAskedFor() {
    assertThat(password("x".repeat(128)).value()).hasSize(128);
    assertThat(password("🦜".repeat(128)).value()).hasSize(256);
    assertThat(catchThrowable(() -> password("🦜".repeat(129)))).isInstanceOf(Invalid.class);
    assertThat(catchThrowable(() -> password("🦜".repeat(11)))).isInstanceOf(Invalid.class);
  }

  @Test
  void theSameLettersAreTheSamePasswordOnEveryKeyboard() {
    String hash = Passwords.hash("Ångström is a unit");
    assertThat(Passwords.matches("A\u030angstro\u0308m is a unit", hash)).isTrue();
    assertThat(Passwords.matches("Angstrom is a unit", hash)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "maya", "maya@", "@example.com", "a b@c", "a@b@c", "a@b\u0000"})
  void whatIsNoEmailAddressIsRefused(String email) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> new UserAccount.Draft(MAYA, email, Role.READER, false))
        .withMessageStartingWith("email: must be an e-mail address");
  }

  @Test
  void aNameAndAnAddressAreTakenOnce() {
    users.create(ADMIN, draft("maya", Role.READER), Optional.empty());
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> users.create(ADMIN, draft("maya", Role.ADMIN), Optional.empty()))
        .withMessage("user \"maya\" already exists");
    var sameAddress =
        new UserAccount.Draft(new ResourceId("mia"), "Maya@Example.com", Role.READER, false);
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> users.create(ADMIN, sameAddress, Optional.empty()))
        .withMessage("user with e-mail \"Maya@Example.com\" already exists");
    users.create(ADMIN, draft("noa", Role.READER), Optional.empty());
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(
            () ->
                change(
                    "noa",
                    draft ->
                        new UserAccount.Draft(
                            draft.name(), "maya@example.com", draft.role(), false)))
        .withMessage("user with e-mail \"maya@example.com\" already exists");
  }

  @Test
  void aChangeIsSeenAndALostOneRefused() {
    UserAccount created = users.create(ADMIN, draft("maya", Role.READER), Optional.empty()).user();
    clock.advance(Duration.ofSeconds(1));
    UserAccount changed = change("maya", draft -> withRole(draft, Role.WRITER));
    assertThat(changed.role()).isEqualTo(Role.WRITER);
    assertThat(changed.updatedAt()).isAfter(created.updatedAt());
    assertThat(changed.etag()).isNotEqualTo(created.etag());
    assertThat(users.get(ADMIN, MAYA)).isEqualTo(changed);
    assertThatExceptionOfType(PreconditionFailed.class)
        .isThrownBy(() -> users.delete(ADMIN, MAYA, created.etag()::equals));
    users.delete(ADMIN, MAYA, changed.etag()::equals);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> users.get(ADMIN, MAYA))
        .withMessage("user \"maya\" not found");
  }

  @Test
  void aNameStaysWhatItIs() {
    users.create(ADMIN, draft("maya", Role.READER), Optional.empty());
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> change("maya", _ -> draft("other", Role.READER)))
        .withMessage("name: cannot be changed after creation");
  }

  @Test
  void theListGoesOnWhereThePageBeforeEnded() {
    for (String name : List.of("c", "a", "b")) {
      users.create(ADMIN, draft(name, Role.READER), Optional.empty());
    }
    var first = users.list(ADMIN, 2, Optional.empty());
    assertThat(first.rows())
        .extracting(UserAccount::name)
        .extracting("value")
        .containsExactly("a", "admin");
    var second = users.list(ADMIN, 2, first.next());
    assertThat(second.rows())
        .extracting(UserAccount::name)
        .extracting("value")
        .containsExactly("b", "c");
    assertThat(second.next()).isEmpty();
    assertThat(users.list(ADMIN, 2, Optional.of(PageKey.ofName("' or true --"))).rows()).hasSize(2);
  }

  /** Each of these would leave nobody who may do everything. */
  @ParameterizedTest
  @EnumSource(Takes.class)
  void theLastAdminStays(Takes takes) throws SQLException {
    var blocked = new UserAccount.Draft(MAYA, "maya@example.com", Role.ADMIN, true);
    users.create(ADMIN, blocked, Optional.empty()); // Does not count: he cannot sign in.
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> takes.from(users, FIRST))
        .withMessage(
            "user \"admin\" is the last Admin who can sign in: give another user the role Admin first");
    users.create(ADMIN, draft("noa", Role.ADMIN), Optional.empty());
    takes.from(users, new ResourceId("noa"));
    assertThat(store.number("select count(*) from app_user where role = 'Admin' and not blocked"))
        .isEqualTo(1);
  }

  enum Takes {
    DELETION,
    BLOCKING,
    DEMOTION;

    void from(Users users, ResourceId name) {
      switch (this) {
        case DELETION -> users.delete(ADMIN, name, _ -> true);
        case BLOCKING -> {
          var _ =
              update(users, name, d -> new UserAccount.Draft(d.name(), d.email(), d.role(), true));
        }
        case DEMOTION -> {
          var _ = update(users, name, d -> withRole(d, Role.WRITER));
        }
      }
    }
  }

  @Test
  void twoAdminsWhoDeleteEachOtherAtOnceLeaveOne() throws Exception {
    users.create(ADMIN, draft("noa", Role.ADMIN), Optional.empty());
    var start = new CyclicBarrier(2);
    List<CompletableFuture<Boolean>> deletions =
        List.of(FIRST, new ResourceId("noa")).stream()
            .map(name -> CompletableFuture.supplyAsync(() -> isDeleted(start, name)))
            .toList();
    long deleted = deletions.stream().filter(CompletableFuture::join).count();
    assertThat(deleted).isEqualTo(1);
    assertThat(store.number("select count(*) from app_user where role = 'Admin'")).isEqualTo(1);
    store.execute("update app_user set name = 'admin', email = 'admin@localhost'");
  }

  private static boolean isDeleted(CyclicBarrier start, ResourceId name) {
    var theirs = new Users(store.database(), clock);
    try {
      start.await();
      theirs.delete(ADMIN, name, _ -> true);
      return true;
    } catch (Conflict _) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theAuditLogTellsBeforeAndAfterAndThatAPasswordWasReplaced() {
    users.create(ADMIN, draft("maya", Role.READER), Optional.empty());
    users.update(
        ADMIN,
        MAYA,
        _ -> true,
        draft ->
            new Users.Change(
                withRole(draft, Role.WRITER), Optional.of(password("a new password"))));
    assertThat(audited().getFirst())
        .contains("user_update users/maya")
        .contains("\"role\":\"Reader\"", "\"role\":\"Writer\"", "\"password_replaced\":true")
        .doesNotContain("a new password", "argon2");
  }

  private static List<String> audited() {
    return new AuditLog(store.database())
        .list(ADMIN, AuditEvent.Query.ALL, 10, Optional.empty()).rows().stream()
            .map(
                line ->
                    "%s %s %s %s"
                        .formatted(line.action(), line.resource(), line.before(), line.after())
                        .replace(" :", ":")
                        .replace(": ", ":"))
            .toList();
  }

  private UserAccount change(String name, UnaryOperator<UserAccount.Draft> change) {
    return update(users, new ResourceId(name), change);
  }

  private static UserAccount update(
      Users users, ResourceId name, UnaryOperator<UserAccount.Draft> change) {
    return users.update(
        ADMIN, name, _ -> true, draft -> new Users.Change(change.apply(draft), Optional.empty()));
  }

  private static UserAccount.Draft withRole(UserAccount.Draft draft, Role role) {
    return new UserAccount.Draft(draft.name(), draft.email(), role, draft.blocked());
  }

  private static UserAccount.Draft draft(String name, Role role) {
    return new UserAccount.Draft(new ResourceId(name), name + "@example.com", role, false);
  }

  private static NewPassword password(String value) {
    return new NewPassword("password", value, "maya", "maya@example.com");
  }
}
