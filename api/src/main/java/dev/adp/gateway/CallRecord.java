package dev.adp.gateway;

import dev.adp.domain.Charges;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.Invocation;
import dev.adp.store.UsageLedger;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Gathers what the record of a call will say. */
final class CallRecord {
  private static final int ANSWER_STATUS_END = 300;
  private static final int ERROR_STATUS_MIN = 400;

  /** Models and service tiers of one batch that have records of their own. */
  private static final int WORKS_MAX = 100;

  private final UUID id;
  private final CallReports reports;
  private final Invocation invocation;
  private final Asked head;
  private final CallStart start;
  private final Turn turn;
  private int status;
  private Optional<Refusal> refusal = Optional.empty();
  private boolean sent;
  private boolean passesBody;
  private long movedNanos = System.nanoTime();
  private Optional<FormParts> form = Optional.empty();
  private long requestBytes;
  private long responseBytes;
  private Optional<Long> firstByteMicros = Optional.empty();
  private final Map<Work, Charges> lines = new LinkedHashMap<>();

  /**
   * @param turn is told when the call has ended
   */
  CallRecord(
      UUID id,
      CallReports reports,
      Invocation invocation,
      Asked asked,
      CallStart start,
      Turn turn) {
    this.id = id;
    this.reports = reports;
    this.invocation = invocation;
    this.head = asked;
    this.start = start;
    this.turn = turn;
  }

  LlmProvider provider() {
    return invocation.provider();
  }

  /** Takes a piece of the request's body; says how many bytes there were so far. */
  long requestBytes(Buffer piece) {
    moved();
    turn.asks(piece);
    requestBytes += piece.length();
    return requestBytes;
  }

  /** The form whose parts say what is asked for, once they have come. */
  void form(FormParts parts) {
    form = Optional.of(parts);
  }

  /** Whether more of the request's body is still to be passed on. */
  void passesBody(boolean more) {
    passesBody = more;
  }

  boolean passesBody() {
    return passesBody;
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

  /** The gateway answers in the upstream's place. */
  void refused(Refusal answer) {
    status(answer.status());
    refusal = Optional.of(answer);
  }

  /**
   * The upstream begins to answer.
   *
   * @param type of the answer's body in lower case
   */
  void answers(HttpClientResponse answer, String type) {
    status(answer.statusCode());
    turn.answers(
        type,
        Objects.requireNonNullElse(answer.getHeader(HttpHeaders.CONTENT_ENCODING), ""),
        answer.statusCode() < ANSWER_STATUS_END);
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

  void piece(Buffer piece) {
    moved();
    turn.says(piece);
    if (firstByteMicros.isEmpty()) {
      firstByteMicros = Optional.of(start.micros());
    }
    responseBytes += piece.length();
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
    var work = new Work(answer.model(), answer.serviceTier());
    lines.merge(
        lines.containsKey(work) || lines.size() < WORKS_MAX ? work : Work.OTHER,
        charges(answer.model(), answer, answer.tokens().orElse(Tokens.NONE)),
        Charges::plus);
  }

  /** Lines of a batch that one record tells of. */
  private record Work(String model, String serviceTier) {
    static final Work OTHER = new Work("", "");

    /** Names it among the works of its batch; most of them are served at the tier of batches. */
    String name() {
      return serviceTier.equals(BatchMeter.TIER) ? model : model + " " + serviceTier;
    }
  }

  /**
   * Keeps what the call will be known by: one record, or where it shows the results of a batch, one
   * for each of the models that made them. Operators hear of it at once.
   *
   * @param meter tells what the answer reported; where it cannot, that is unknown
   * @param whole whether the upstream's answer was seen to its end
   * @return fails when it cannot be kept, whatever the reason
   */
  Future<Void> keep(UsageLedger ledger, Outcome outcome, Supplier<Reported> meter, boolean whole) {
    try {
      return kept(ledger, outcome, reported(meter), whole);
    } catch (RuntimeException | StackOverflowError e) {
      Unforeseen.log("the record of a call failed", start, e);
      turn.drop();
      return Future.failedFuture(e);
    }
  }

  private Reported reported(Supplier<Reported> meter) {
    try {
      return meter.get();
    } catch (RuntimeException | StackOverflowError e) {
      Unforeseen.log("the usage of a call cannot be told", start, e);
      return Reported.NOTHING;
    }
  }

  private Future<Void> kept(UsageLedger ledger, Outcome outcome, Reported reported, boolean whole) {
    if (asked().target().shown() instanceof Shown.Batch(var batch, _)
        && whole
        && !lines.isEmpty()) {
      return keepLines(ledger, outcome, batch);
    }
    boolean counts = counts(reported, whole);
    Tokens tokens = counts ? reported.tokens().orElse(Tokens.NONE) : Tokens.NONE;
    // A call that shows earlier work names no model: the one that did the work stands in.
    boolean shows = counts && asked().target().shown() instanceof Shown.Answer;
    String model = shows ? reported.model() : asked().model();
    return ledger.record(
        record(
            id,
            outcome,
            state(reported, whole, counts),
            model,
            reported,
            charges(model, reported, tokens),
            counts && reported.background() ? reported.id() : ""));
  }

  private Future<Void> keepLines(UsageLedger ledger, Outcome outcome, String batch) {
    List<Future<Void>> kept = new ArrayList<>();
    lines.forEach(
        (work, charges) ->
            kept.add(
                ledger.record(
                    record(
                        kept.isEmpty() ? id : derivedId(work),
                        outcome,
                        UsageState.REPORTED,
                        work.model(),
                        Reported.of(Optional.of(charges.tokens()), work.model(), batch)
                            .servedAt(work.serviceTier()),
                        charges,
                        batch + " " + work.name()))));
    return Future.all(kept).mapEmpty();
  }

  private Charges charges(String model, Reported reported, Tokens tokens) {
    return invocation.charges(model, reported.model(), reported.serviceTier(), tokens, start.at());
  }

  /** The same again for the same call and work. */
  private UUID derivedId(Work work) {
    return UUID.nameUUIDFromBytes((id + " " + work.name()).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Makes a record and tells of it.
   *
   * @param countsOnce names work that other calls can show too, or empty
   */
  private UsageRecord record(
      UUID recordId,
      Outcome outcome,
      UsageState state,
      String model,
      Reported reported,
      Charges charges,
      String countsOnce) {
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
            reported.serviceTier(),
            start.micros(),
            firstByteMicros,
            requestBytes,
            responseBytes,
            charges.tokens(),
            charges.longestPrompt(),
            charges.cost(),
            invocation.catalogVersion(),
            asked().connectionTest(),
            countsOnce);
    reports.recorded(start, invocation, record, refusal);
    turn.ended(record); // Of several records only the first counts.
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
