package dev.adp.gateway;

import dev.adp.domain.Actor;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionTest;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.Violations;
import dev.adp.store.ConnectionChecks;
import dev.adp.store.Invocation;
import dev.adp.store.UsageLedger;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks connections with the gateway's own code: same paths, credentials, addresses and time-outs
 * as the calls that applications make. It waits, as nothing else here does: its callers are the
 * handlers of the control plane, on virtual threads.
 */
public final class ConnectionTests implements ConnectionTest {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionTests.class);

  private final Vertx vertx;
  private final GatewaySettings settings;
  private final HttpClient client;
  private final AwsIdentities aws;
  private final CallReports reports;
  private final ConnectionChecks checks;
  private final UsageLedger ledger;
  private final Clock clock;
  private final Supplier<UUID> ids;

  /**
   * @param aws shared with the gateway; closed by whoever has made it
   */
  public ConnectionTests(
      Vertx vertx,
      GatewaySettings settings,
      AwsIdentities aws,
      CallReports reports,
      ConnectionChecks checks,
      UsageLedger ledger,
      Clock clock,
      Supplier<UUID> ids) {
    this.vertx = vertx;
    this.settings = settings;
    this.client = UpstreamClient.client(vertx, settings, reports.metrics());
    this.aws = aws;
    this.reports = reports;
    this.checks = checks;
    this.ledger = ledger;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public ConnectionResult run(Actor actor, ConnectionCheck check) {
    Invocation invocation = checks.authorize(actor, check);
    requireFitting(invocation, check);
    checks.take(actor);
    long line = checks.begin(actor, check);
    Promise<ConnectionResult> done = Promise.promise();
    vertx.getOrCreateContext().runOnContext(_ -> probe(invocation, check, done));
    ConnectionResult result = done.future().await();
    end(actor, line, result);
    return result;
  }

  /** The call has been made: whoever paid for it is told what came of it, whatever else fails. */
  private void end(Actor actor, long line, ConnectionResult result) {
    try {
      checks.end(actor, line, result);
    } catch (RuntimeException e) {
      LOG.warn("line {} of the audit log does not say how its connection check ended", line, e);
    }
  }

  private static void requireFitting(Invocation invocation, ConnectionCheck check) {
    ProviderConfig config = invocation.provider().config();
    boolean passesThrough =
        config instanceof ProviderConfig.Anthropic anthropic
            && anthropic.authorizationPassthrough();
    new Violations()
        .check(
            invocation.allows(Dialect.of(config).modelName(check.model())),
            "model",
            "must be one of the provider's models")
        .check(
            check.clientAuthorization().isEmpty() || passesThrough,
            "client_authorization",
            "only goes with authorization_passthrough: this provider has a credential of its own")
        .throwIfAny();
  }

  private void probe(Invocation invocation, ConnectionCheck check, Promise<ConnectionResult> done) {
    // No address is remembered from one check to the next: people mend their names meanwhile.
    var upstreams = new UpstreamClient(client, new UpstreamAddresses(vertx, settings.upstreams()));
    var call =
        new ProbeCall(
            upstreams,
            aws,
            reports,
            ledger,
            invocation,
            check,
            ids.get(),
            new CallStart(clock.instant(), System.nanoTime(), "", ""));
    // Composed, so that whatever is thrown fails the check instead of leaving its caller to wait.
    Future.succeededFuture().compose(_ -> call.run()).onComplete(done);
  }
}
