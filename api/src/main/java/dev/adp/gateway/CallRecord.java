package dev.adp.gateway;

import dev.adp.domain.Cost;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Invocation;
import dev.adp.store.UsageLedger;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Gathers what the record of a call will say. */
final class CallRecord {
  private static final int ERROR_STATUS_MIN = 400;
  private static final int BATCH_MODELS_MAX = 100;

  private final UUID id;
  private final CallReports reports;
  private final Invocation invocation;
  private final Asked head;
  private final CallStart start;
  private int status;
  private boolean sent;
  private long movedNanos = System.nanoTime();
  private Optional<FormParts> form = Optional.empty();
  private long requestBytes;
  private long responseBytes;
  private Optional<Long> firstByteMicros = Optional.empty();
  private final Map<String, Spent> lines = new LinkedHashMap<>();

  CallRecord(UUID id, CallReports reports, Invocation invocation, Asked asked, CallStart start) {
    this.id = id;
    this.reports = reports;
    this.invocation = invocation;
    this.head = asked;
    this.start = start;
  }

  /** Takes a piece of the request's body; says how many bytes there were so far. */
  long requestBytes(Buffer piece) {
    moved();
    requestBytes += piece.length();
    return requestBytes;
  }

  /** The form whose parts say what is asked for, once they have come. */
  void form(FormParts parts) {
    form = Optional.of(parts);
  }

  /** From here on the upstream may have worked. */
  void sent() {
    sent = true;
    moved();
  }

  void status(int value) {
    moved();
    status = value;
  }

  boolean hasStatus() {
    return status != 0;
  }

  /** Of the upstream's answer, if there was one. */
  Optional<Integer> statusSeen() {
    return hasStatus() ? Optional.of(status) : Optional.empty();
  }

  /** Something has got on: a piece has come, from whichever side, or has been taken. */
  void moved() {
    movedNanos = System.nanoTime();
  }

  /** Whether nothing has moved for so long. */
  boolean isStill(long nowNanos, long ms) {
    return nowNanos - movedNanos > TimeUnit.MILLISECONDS.toNanos(ms);
  }

  void piece(int bytes) {
    moved();
    if (firstByteMicros.isEmpty()) {
      firstByteMicros = Optional.of(start.micros());
    }
    responseBytes += bytes;
  }

  long responseBytes() {
    return responseBytes;
  }

  private Asked asked() {
    return form.map(head::with).orElse(head);
  }

  Outcome outcomeByStatus() {
    return status >= ERROR_STATUS_MIN ? Outcome.UPSTREAM_ERROR : Outcome.OK;
  }

  /** One line of a batch's results; each is priced as the call that it was. */
  void line(Reported answer) {
    String model =
        lines.containsKey(answer.model()) || lines.size() < BATCH_MODELS_MAX ? answer.model() : "";
    Tokens tokens = answer.tokens().orElse(Tokens.NONE);
    lines.merge(model, spent(answer.model(), answer, tokens), Spent::plus);
  }

  /**
   * Keeps what the call will be known by: one record, or where it shows the results of a batch, one
   * for each of the models that made them. Operators hear of it at once.
   *
   * @param whole whether the upstream's answer was seen to its end
   */
  Future<Void> keep(UsageLedger ledger, Outcome outcome, Reported reported, boolean whole) {
    if (asked().target().shown() instanceof Shown.Batch(var batch, _)
        && whole
        && !lines.isEmpty()) {
      List<Future<Void>> kept = new ArrayList<>();
      lines.forEach(
          (model, spent) ->
              kept.add(
                  ledger.record(
                      record(
                              kept.isEmpty() ? id : derivedId(model),
                              outcome,
                              UsageState.REPORTED,
                              model,
                              Reported.of(Optional.of(spent.tokens()), model, batch),
                              spent)
                          .countingOnce(batch + " " + model))));
      return Future.all(kept).mapEmpty();
    }
    boolean counts = counts(reported, whole);
    Tokens tokens = counts ? reported.tokens().orElse(Tokens.NONE) : Tokens.NONE;
    // A call that shows earlier work names no model: the one that did the work stands in.
    boolean shows = counts && asked().target().shown() instanceof Shown.Answer;
    String model = shows ? reported.model() : asked().model();
    UsageRecord record =
        record(
            id,
            outcome,
            state(reported, whole, counts),
            model,
            reported,
            spent(model, reported, tokens));
    return ledger.record(
        counts && reported.background() ? record.countingOnce(reported.id()) : record);
  }

  /** Tokens and what they cost. */
  private record Spent(Tokens tokens, Cost cost, String serviceTier) {
    Spent plus(Spent other) {
      return new Spent(tokens.plus(other.tokens), cost.plus(other.cost), serviceTier);
    }
  }

  private Spent spent(String model, Reported reported, Tokens tokens) {
    return new Spent(
        tokens,
        invocation.price(model, reported.model(), reported.serviceTier(), tokens, start.at()),
        reported.serviceTier());
  }

  /** The same again for the same call and model. */
  private UUID derivedId(String model) {
    return UUID.nameUUIDFromBytes((id + " " + model).getBytes(StandardCharsets.UTF_8));
  }

  private UsageRecord record(
      UUID recordId,
      Outcome outcome,
      UsageState state,
      String model,
      Reported reported,
      Spent spent) {
    var provider = invocation.provider();
    var record =
        new UsageRecord(
                recordId,
                start.at(),
                provider.uid(),
                provider.config().type(),
                model,
                reported.model(),
                invocation.actor().attribution(),
                invocation.actor().agent().orElse(""),
                asked().conversation(),
                asked().operation(),
                asked().streams(),
                outcome,
                status,
                state,
                reported.id(),
                start.micros(),
                firstByteMicros,
                requestBytes,
                responseBytes,
                spent.tokens(),
                spent.cost(),
                invocation.catalogVersion(),
                asked().connectionTest())
            .servedAt(spent.serviceTier());
    reports.recorded(start, invocation, record);
    return record;
  }

  /** Tokens belong to the call that made them, or to the first that shows all of what was made. */
  private boolean counts(Reported reported, boolean whole) {
    if (reported.tokens().isEmpty()) {
      return false;
    }
    return switch (asked().target().shown()) {
      case Shown.Nothing _ ->
          asked().target().generates() || asked().target().model() instanceof ModelIn.Uncertain;
      case Shown.Answer _ -> reported.background() && whole;
      case Shown.Batch _ -> false;
    };
  }

  /** An answer that told of an error goes no further, however well it ended: so do its counts. */
  private UsageState state(Reported reported, boolean whole, boolean counts) {
    if (counts) {
      return whole && !reported.failed() ? UsageState.REPORTED : UsageState.PARTIAL;
    }
    boolean free =
        !asked().target().generates()
            || !sent
            || (whole && status >= ERROR_STATUS_MIN)
            || (whole && reported.background());
    return free ? UsageState.REPORTED : UsageState.MISSING;
  }
}
