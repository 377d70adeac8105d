package dev.adp.portal;

import dev.adp.domain.NewPassword;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import dev.adp.domain.Violations;
import dev.adp.store.Users;
import java.util.Map;
import java.util.Optional;

/**
 * What a person typed about a user, right or wrong.
 *
 * @param password never goes back to the page
 */
public record UserForm(
    String name, String email, String role, boolean blocked, String password, String etag) {
  static final Map<String, String> LABELS =
      Map.of("name", "Name", "email", "E-mail", "role", "Role", "password", "Password");
  static final UserForm EMPTY = new UserForm("", "", Role.READER.displayName(), false, "", "");

  private static final ResourceId ANY_NAME = new ResourceId("x");
  private static final String ANY_EMAIL = "x@x";

  static UserForm of(Request request) {
    return new UserForm(
        request.field("name"),
        request.field("email"),
        request.field("role"),
        request.ticked("blocked"),
        request.raw("password"),
        request.field("etag"));
  }

  static UserForm of(UserAccount user) {
    UserAccount.Draft draft = user.draft();
    return new UserForm(
        draft.name().value(),
        draft.email(),
        draft.role().displayName(),
        draft.blocked(),
        "",
        user.etag());
  }

  UserForm withEtag(String newer) {
    return new UserForm(name, email, role, blocked, "", newer);
  }

  /**
   * Reads everything and reports everything that is wrong at once; a blank password stays what it
   * is, or is made for a new user.
   *
   * @throws dev.adp.domain.Failure.Invalid naming fields as the API does
   */
  Users.Change change() {
    var violations = new Violations();
    Optional<ResourceId> id = violations.attempt(() -> new ResourceId(name));
    Optional<Role> chosen = violations.attempt(() -> Role.of("role", role));
    Optional<UserAccount.Draft> draft =
        violations.attempt(
            () ->
                new UserAccount.Draft(
                    id.orElse(ANY_NAME), email, chosen.orElse(Role.READER), blocked));
    Optional<NewPassword> fresh =
        password.isEmpty()
            ? Optional.empty()
            : violations.attempt(
                () ->
                    new NewPassword(
                        "password", password, name, email.isEmpty() ? ANY_EMAIL : email));
    violations.throwIfAny();
    return new Users.Change(draft.orElseThrow(), fresh);
  }

  @Override
  public String toString() {
    return "UserForm[" + name + "]";
  }
}
