package dev.adp.store;

import static dev.adp.store.Actors.INVOKER;
import static dev.adp.store.PermissionSweepTest.row;

import dev.adp.domain.UsageQuery;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The part of the policy that is about usage. */
final class UsagePolicy {
  private UsagePolicy() {}

  static List<PermissionSweepTest.Row> rows(StoreExtension store) {
    UsageReports reports = store.reports();
    var usage = UsageQuery.of(Instant.EPOCH, Instant.now(Clock.systemUTC()));
    return List.of(
        row(
            "UsageReports.lastSevenDays",
            INVOKER,
            "spending_get",
            a -> reports.lastSevenDays(a, UUID.randomUUID(), ZoneOffset.UTC)),
        row("UsageReports.summary", INVOKER, "spending_get", a -> reports.summary(a, usage)),
        row(
            "UsageReports.latencies",
            INVOKER,
            "spending_get",
            a -> reports.latencies(a, usage, List.of())),
        row(
            "UsageReports.providerNames",
            INVOKER,
            "spending_get",
            a -> reports.providerNames(a, Set.of())),
        row("UsageReports.recordsSince", INVOKER, "spending_get", reports::recordsSince),
        row("UsageReports.unpriced", INVOKER, "spending_get", a -> reports.unpriced(a, usage, 1)),
        row(
            "UsageReports.groups",
            INVOKER,
            "spending_get",
            a -> reports.groups(a, usage, Optional.empty(), List.of(Instant.EPOCH), 1)));
  }
}
