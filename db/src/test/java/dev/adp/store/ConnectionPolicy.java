package dev.adp.store;

import static dev.adp.store.Actors.INVOKER;
import static dev.adp.store.Actors.READER;
import static dev.adp.store.Drafts.openAi;

import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.NewSecret;
import dev.adp.domain.Permission;
import dev.adp.domain.ResourceId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The part of the policy that is about what could be saved and connection checks. */
final class ConnectionPolicy {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final ResourceId NAME = new ResourceId("team-a");

  private ConnectionPolicy() {}

  static List<PermissionSweepTest.Row> rows(StoreExtension store) {
    var checks =
        new ConnectionChecks(
            store.database(), store.providers(), store.snapshot(ModelCatalog.shipped()), CLOCK);
    var saved = new ConnectionCheck(new ConnectionCheck.Saved(NAME), "m", Optional.empty());
    var result = new ConnectionResult(1, Optional.empty(), "", Optional.empty(), "");
    return List.of(
        PermissionSweepTest.row(
            "LlmProviders.unresolved",
            READER,
            "llmprovider_update",
            a -> store.providers().unresolved(a, openAi("a").config())),
        PermissionSweepTest.row(
            "ConnectionChecks.authorize",
            READER,
            "llmprovider_invoke",
            a -> checks.authorize(a, saved)),
        PermissionSweepTest.row(
            "ConnectionChecks.authorize",
            INVOKER,
            "llmprovider_update",
            a -> checks.authorize(a, saved)),
        PermissionSweepTest.row(
            "ConnectionChecks.authorize",
            INVOKER,
            "llmprovider_create",
            a -> checks.authorize(a, unsaved())),
        PermissionSweepTest.row(
            "ConnectionChecks.authorize",
            Actors.without(Permission.SECRET_CREATE),
            "secret_create",
            a -> checks.authorize(a, unsaved(Drafts.key("v")))),
        PermissionSweepTest.row(
            "ConnectionChecks.take", READER, "llmprovider_invoke", checks::take),
        PermissionSweepTest.row(
            "ConnectionChecks.begin", READER, "llmprovider_invoke", a -> checks.begin(a, saved)),
        PermissionSweepTest.row(
            "ConnectionChecks.end", READER, "llmprovider_invoke", a -> checks.end(a, 1, result)));
  }

  private static ConnectionCheck unsaved(NewSecret... secrets) {
    var draft = new ConnectionCheck.Unsaved(openAi("a"), List.of(secrets));
    return new ConnectionCheck(draft, "m", Optional.empty());
  }
}
