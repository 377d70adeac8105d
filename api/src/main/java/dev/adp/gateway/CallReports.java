package dev.adp.gateway;

import dev.adp.domain.UsageRecord;
import dev.adp.store.Invocation;
import dev.adp.store.ProviderSnapshot;
import java.util.Optional;

/** Tells operators what became of every call. Neither waits nor throws. */
public final class CallReports {
  private final GatewayMetrics metrics;
  private final Optional<AccessLog> log;

  public CallReports(GatewayMetrics metrics, Optional<AccessLog> log) {
    this.metrics = metrics;
    this.log = log;
  }

  /** Reports that nobody reads: of calls that are no application's. */
  public static CallReports unread(ProviderSnapshot snapshot) {
    return new CallReports(
        new GatewayMetrics(snapshot, new CallLimit(0, 0), new BodyBudget(0)), Optional.empty());
  }

  GatewayMetrics metrics() {
    return metrics;
  }

  /**
   * A call has ended, in whatever way, after it was let through.
   *
   * @param refusal what the gateway itself answers, if it does
   */
  void recorded(
      CallStart start, Invocation invocation, UsageRecord record, Optional<Refusal> refusal) {
    String provider = invocation.provider().name().value();
    boolean known = invocation.knows(record.model(), record.startedAt());
    metrics.recorded(provider, known ? record.model() : GatewayMetrics.OTHER, record);
    log.ifPresent(lines -> lines.recorded(start, provider, record, refusal));
  }

  /**
   * A call was turned away.
   *
   * @param provider as the caller spelled it; there may be none of that name
   * @param operation method and path without query
   */
  void refused(CallStart start, String provider, String operation, Refusal refusal) {
    metrics.refused(refusal.code());
    log.ifPresent(lines -> lines.refused(start, provider, operation, refusal));
  }
}
