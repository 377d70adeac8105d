package dev.adp.gateway;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Invocation;
import java.util.Optional;
import java.util.UUID;

/** Gathers what the record of a call will say. */
final class CallRecord {
  private static final int ERROR_STATUS_MIN = 400;

  private final UUID id;
  private final CallReports reports;
  private final Invocation invocation;
  private final Asked asked;
  private final CallStart start;
  private int status;
  private boolean sent;
  private long requestBytes;
  private long responseBytes;
  private Optional<Long> firstByteMicros = Optional.empty();

  CallRecord(UUID id, CallReports reports, Invocation invocation, Asked asked, CallStart start) {
    this.id = id;
    this.reports = reports;
    this.invocation = invocation;
    this.asked = asked;
    this.start = start;
  }

  void requestBytes(long bytes) {
    requestBytes = bytes;
  }

  /** From here on the upstream may have worked. */
  void sent() {
    sent = true;
  }

  void status(int value) {
    status = value;
  }

  boolean hasStatus() {
    return status != 0;
  }

  /** Of the upstream's answer, if there was one. */
  Optional<Integer> statusSeen() {
    return hasStatus() ? Optional.of(status) : Optional.empty();
  }

  void piece(int bytes) {
    if (firstByteMicros.isEmpty()) {
      firstByteMicros = Optional.of(start.micros());
    }
    responseBytes += bytes;
  }

  long responseBytes() {
    return responseBytes;
  }

  Outcome outcomeByStatus() {
    return status >= ERROR_STATUS_MIN ? Outcome.UPSTREAM_ERROR : Outcome.OK;
  }

  /**
   * The finished record, which operators hear of at once.
   *
   * @param whole whether the upstream's answer was seen to its end
   */
  UsageRecord close(Outcome outcome, Reported reported, boolean whole) {
    Tokens tokens = tokens(reported).orElse(Tokens.NONE);
    String answered = reported.model();
    var provider = invocation.provider();
    var record =
        new UsageRecord(
            id,
            start.at(),
            provider.uid(),
            provider.config().type(),
            asked.model(),
            answered,
            invocation.actor().attribution(),
            invocation.actor().agent().orElse(""),
            asked.conversation(),
            asked.operation(),
            asked.streams(),
            outcome,
            status,
            state(reported, whole),
            reported.id(),
            start.micros(),
            firstByteMicros,
            requestBytes,
            responseBytes,
            tokens,
            invocation.price(asked.model(), answered, reported.serviceTier(), tokens, start.at()),
            invocation.catalogVersion(),
            asked.connectionTest());
    reports.recorded(start, invocation, record);
    return record;
  }

  /** What is only read again belongs to the call that generated it. */
  private Optional<Tokens> tokens(Reported reported) {
    boolean readOnly =
        !asked.target().generates() && !(asked.target().model() instanceof ModelIn.Uncertain);
    return readOnly ? Optional.empty() : reported.tokens();
  }

  /** An answer that told of an error goes no further, however well it ended: so do its counts. */
  private UsageState state(Reported reported, boolean whole) {
    if (tokens(reported).isPresent()) {
      return whole && !reported.failed() ? UsageState.REPORTED : UsageState.PARTIAL;
    }
    boolean free = !asked.target().generates() || !sent || (whole && status >= ERROR_STATUS_MIN);
    return free ? UsageState.REPORTED : UsageState.MISSING;
  }
}
