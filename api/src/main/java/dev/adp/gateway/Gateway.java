package dev.adp.gateway;

import dev.adp.http.AccessTokens;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.UsageLedger;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/** What every call of one event loop shares. */
record Gateway(
    Vertx vertx,
    UpstreamClient upstreams,
    AwsIdentities aws,
    ProviderSnapshot snapshot,
    AccessTokens tokens,
    UsageLedger ledger,
    BodyBudget budget,
    CallReports reports,
    GatewaySettings settings,
    Clock clock,
    Supplier<UUID> ids,
    Transcriber transcriber,
    LiveCalls calls) {}
