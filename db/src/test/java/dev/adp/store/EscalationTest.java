package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.NewPassword;
import dev.adp.domain.Origin;
import dev.adp.domain.Permission;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.domain.UserAccount;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody who may manage all identities, but has only one role's rights otherwise, tries every
 * action on identities of every role: he gets no further than his own rights reach.
 */
class EscalationTest {
  private static final ResourceId TARGET = new ResourceId("target");
  private static final String STATE =
      """
      select coalesce(sum(hashtext(row)), 0) from (
        select u::text row from app_user u
        union all select a::text from service_account a
        union all select c::text from service_account_credential c) all_rows
      """;

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  /** What is tried on, or with, the role. */
  enum Action {
    CREATE_USER,
    PROMOTE_USER,
    DEMOTE_USER,
    BLOCK_USER,
    RESET_PASSWORD,
    CHANGE_EMAIL,
    DELETE_USER,
    CREATE_ACCOUNT,
    CREATE_ACCOUNT_WITH_CREDENTIAL,
    PROMOTE_ACCOUNT,
    DEMOTE_ACCOUNT,
    MARK_AGENT,
    ADD_CREDENTIAL,
    DELETE_CREDENTIAL,
    DELETE_ACCOUNT
  }

  record Try(Role own, Action action, Role target) {
    /** The rights that he has and that the action gives or touches. */
    boolean isAllowed() {
      return rights(own).containsAll(target.permissions());
    }

    /** Whether the action makes something else of what is there: not a role of the same one. */
    boolean changes() {
      return switch (action) {
        case PROMOTE_USER, DEMOTE_USER, PROMOTE_ACCOUNT, DEMOTE_ACCOUNT -> own != target;
        default -> true;
      };
    }

    @Override
    public String toString() {
      return "%s as %s on %s".formatted(action, own.displayName(), target.displayName());
    }
  }

  static Stream<Try> tries() {
    return Arrays.stream(Role.values())
        .flatMap(
            own ->
                Arrays.stream(Action.values())
                    .flatMap(
                        action ->
                            Arrays.stream(Role.values())
                                .map(target -> new Try(own, action, target))));
  }

  @ParameterizedTest
  @MethodSource("tries")
  void nobodyGivesOrTouchesMoreThanHeHas(Try tried) throws SQLException {
    prepare(tried);
    long before = store.number(STATE);
    Optional<Throwable> refused =
        Optional.ofNullable(catchThrowable(() -> act(manager(tried.own()), tried)));
    if (tried.isAllowed()) {
      assertThat(refused).isEmpty();
      assertThat(store.number(STATE) != before).isEqualTo(tried.changes());
    } else {
      assertThat(refused).containsInstanceOf(Forbidden.class);
      assertThat(refused.orElseThrow().getMessage()).startsWith("lacks permission dataplane_adp_");
      assertThat(store.number(STATE)).isEqualTo(before);
    }
  }

  private static Set<Permission> rights(Role own) {
    var rights = EnumSet.copyOf(own.permissions());
    Arrays.stream(Permission.values())
        .filter(permission -> permission.name().matches("(USER|SERVICEACCOUNT)_.*"))
        .forEach(rights::add);
    return rights;
  }

  private static Actor manager(Role own) {
    return new Actor(
        "manager", "manager", Set.of(own), rights(own), Optional.empty(), Origin.SYSTEM);
  }

  /** A target of the role; for a promotion, one of no more rights than the manager has. */
  private static void prepare(Try tried) {
    Role role =
        switch (tried.action()) {
          case PROMOTE_USER, PROMOTE_ACCOUNT -> tried.own();
          default -> tried.target();
        };
    switch (tried.action()) {
      case CREATE_USER, CREATE_ACCOUNT, CREATE_ACCOUNT_WITH_CREDENTIAL -> {}
      case PROMOTE_USER, DEMOTE_USER, BLOCK_USER, RESET_PASSWORD, CHANGE_EMAIL, DELETE_USER ->
          store.users().create(ADMIN, user(role), Optional.of(password("the first password")));
      case PROMOTE_ACCOUNT,
          DEMOTE_ACCOUNT,
          MARK_AGENT,
          ADD_CREDENTIAL,
          DELETE_CREDENTIAL,
          DELETE_ACCOUNT ->
          store.serviceAccounts().create(ADMIN, TARGET, "Target", role, false);
    }
  }

  private static void act(Actor actor, Try tried) {
    Role role = tried.target();
    switch (tried.action()) {
      case CREATE_USER -> store.users().create(actor, user(role), Optional.empty());
      case PROMOTE_USER -> update(actor, user(role), Optional.empty());
      case DEMOTE_USER -> update(actor, user(tried.own()), Optional.empty());
      case BLOCK_USER ->
          update(
              actor,
              new UserAccount.Draft(TARGET, "target@example.com", role, true),
              Optional.empty());
      case RESET_PASSWORD -> update(actor, user(role), Optional.of(password("a known password")));
      case CHANGE_EMAIL ->
          update(
              actor,
              new UserAccount.Draft(TARGET, "other@example.com", role, false),
              Optional.empty());
      case DELETE_USER -> store.users().delete(actor, TARGET, _ -> true);
      default -> actOnAccount(actor, tried);
    }
  }

  private static void actOnAccount(Actor actor, Try tried) {
    ServiceAccounts accounts = store.serviceAccounts();
    Role role = tried.target();
    switch (tried.action()) {
      case CREATE_ACCOUNT -> accounts.create(actor, account(role, false));
      case CREATE_ACCOUNT_WITH_CREDENTIAL -> accounts.create(actor, TARGET, "Target", role, false);
      case PROMOTE_ACCOUNT -> accounts.update(actor, TARGET, _ -> true, _ -> account(role, false));
      case DEMOTE_ACCOUNT ->
          accounts.update(actor, TARGET, _ -> true, _ -> account(tried.own(), false));
      case MARK_AGENT -> accounts.update(actor, TARGET, _ -> true, _ -> account(role, true));
      case ADD_CREDENTIAL -> accounts.addCredential(actor, TARGET, Lifetime.DEFAULT);
      case DELETE_CREDENTIAL ->
          accounts.deleteCredential(
              actor, TARGET, accounts.get(ADMIN, TARGET).credentials().getFirst().clientId());
      case DELETE_ACCOUNT -> accounts.delete(actor, TARGET, _ -> true);
      default -> throw new IllegalArgumentException(tried.toString());
    }
  }

  private static void update(Actor actor, UserAccount.Draft draft, Optional<NewPassword> password) {
    store.users().update(actor, TARGET, _ -> true, _ -> new Users.Change(draft, password));
  }

  private static UserAccount.Draft user(Role role) {
    return new UserAccount.Draft(TARGET, "target@example.com", role, false);
  }

  private static ServiceAccount.Draft account(Role role, boolean agent) {
    return new ServiceAccount.Draft(TARGET, "Target", role, agent);
  }

  private static NewPassword password(String value) {
    return new NewPassword("password", value, "target", "target@example.com");
  }
}
