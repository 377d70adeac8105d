package dev.adp.store;

import static dev.adp.domain.Permission.SERVICEACCOUNT_GET;
import static dev.adp.domain.Permission.TRANSCRIPT_GET;
import static dev.adp.domain.Permission.USER_GET;
import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Actors.without;
import static dev.adp.store.PermissionSweepTest.row;

import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.domain.UserAccount;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The part of the store's policy that is about users and service accounts. */
record IdentityPolicy(StoreExtension store) {
  private static final ResourceId NAME = new ResourceId("team-a");

  static List<PermissionSweepTest.Row> rows(StoreExtension store) {
    var policy = new IdentityPolicy(store);
    return Stream.of(policy.users(), policy.accounts(), policy.userGrants(), policy.accountGrants())
        .flatMap(List::stream)
        .toList();
  }

  private List<PermissionSweepTest.Row> users() {
    Users users = store.users();
    return List.of(
        row(
            "Users.create",
            WRITER,
            "user_create",
            a -> users.create(a, user(Role.READER), Optional.empty())),
        row("Users.get", WRITER, "user_get", a -> users.get(a, NAME)),
        row("Users.list", WRITER, "user_list", a -> users.list(a, 1, Optional.empty())),
        row("Users.list", without(USER_GET), "user_get", a -> users.list(a, 1, Optional.empty())),
        row(
            "Users.update",
            WRITER,
            "user_update",
            a -> users.update(a, NAME, _ -> true, IdentityPolicy::same)),
        row("Users.delete", WRITER, "user_delete", a -> users.delete(a, NAME, _ -> true)));
  }

  private List<PermissionSweepTest.Row> accounts() {
    ServiceAccounts accounts = store.serviceAccounts();
    return List.of(
        row(
            "ServiceAccounts.create",
            WRITER,
            "serviceaccount_create",
            a -> accounts.create(a, NAME, "A", Role.READER, false)),
        row(
            "ServiceAccounts.create",
            WRITER,
            "serviceaccount_create",
            a -> accounts.create(a, account(Role.READER))),
        row("ServiceAccounts.get", WRITER, "serviceaccount_get", a -> accounts.get(a, NAME)),
        row(
            "ServiceAccounts.list",
            WRITER,
            "serviceaccount_list",
            a -> accounts.list(a, 1, Optional.empty())),
        row(
            "ServiceAccounts.list",
            without(SERVICEACCOUNT_GET),
            "serviceaccount_get",
            a -> accounts.list(a, 1, Optional.empty())),
        row(
            "ServiceAccounts.update",
            WRITER,
            "serviceaccount_update",
            a -> accounts.update(a, NAME, _ -> true, d -> d)),
        row(
            "ServiceAccounts.delete",
            WRITER,
            "serviceaccount_delete",
            a -> accounts.delete(a, NAME, _ -> true)),
        row(
            "ServiceAccounts.addCredential",
            WRITER,
            "serviceaccount_update",
            a -> accounts.addCredential(a, NAME, Lifetime.DEFAULT)),
        row(
            "ServiceAccounts.deleteCredential",
            WRITER,
            "serviceaccount_update",
            a -> accounts.deleteCredential(a, NAME, "team-a-1")));
  }

  /** Nobody gives, takes or touches what he lacks. */
  private List<PermissionSweepTest.Row> userGrants() {
    Users users = store.users();
    var walt = without(TRANSCRIPT_GET);
    return List.of(
        row(
            "Users.create",
            walt,
            "transcript_get",
            a -> users.create(a, user(Role.TRANSCRIPT_READER), Optional.empty())),
        row(
            "Users.update",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.TRANSCRIPT_READER);
              users.update(a, NAME, _ -> true, _ -> change(Role.READER));
            }),
        row(
            "Users.update",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.READER);
              users.update(a, NAME, _ -> true, _ -> change(Role.TRANSCRIPT_READER));
            }),
        row(
            "Users.delete",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.TRANSCRIPT_READER);
              users.delete(a, NAME, _ -> true);
            }));
  }

  private List<PermissionSweepTest.Row> accountGrants() {
    ServiceAccounts accounts = store.serviceAccounts();
    var walt = without(TRANSCRIPT_GET);
    return List.of(
        row(
            "ServiceAccounts.create",
            walt,
            "transcript_get",
            a -> accounts.create(a, account(Role.TRANSCRIPT_READER))),
        row(
            "ServiceAccounts.create",
            walt,
            "transcript_get",
            a -> accounts.create(a, NAME, "A", Role.TRANSCRIPT_READER, false)),
        row(
            "ServiceAccounts.update",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.TRANSCRIPT_READER);
              accounts.update(a, NAME, _ -> true, _ -> account(Role.READER));
            }),
        row(
            "ServiceAccounts.update",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.READER);
              accounts.update(a, NAME, _ -> true, _ -> account(Role.TRANSCRIPT_READER));
            }),
        row(
            "ServiceAccounts.delete",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.TRANSCRIPT_READER);
              accounts.delete(a, NAME, _ -> true);
            }),
        row(
            "ServiceAccounts.addCredential",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.TRANSCRIPT_READER);
              accounts.addCredential(a, NAME, Lifetime.DEFAULT);
            }),
        row(
            "ServiceAccounts.deleteCredential",
            walt,
            "transcript_get",
            a -> {
              ensure(Role.TRANSCRIPT_READER);
              accounts.deleteCredential(a, NAME, "team-a-1");
            }));
  }

  /** Makes a user and a service account of a role; each test begins without. */
  private void ensure(Role role) {
    var _ = store.users().create(ADMIN, user(role), Optional.empty());
    var _ = store.serviceAccounts().create(ADMIN, account(role));
  }

  private static Users.Change same(UserAccount.Draft draft) {
    return new Users.Change(draft, Optional.empty());
  }

  private static Users.Change change(Role role) {
    return new Users.Change(user(role), Optional.empty());
  }

  private static UserAccount.Draft user(Role role) {
    return new UserAccount.Draft(NAME, "a@example.com", role, false);
  }

  private static ServiceAccount.Draft account(Role role) {
    return new ServiceAccount.Draft(NAME, "A", role, false);
  }
}
