package dev.adp.gateway;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.http.BrokenOff;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call between client and upstream. Every piece of the answer is passed on before it is looked
 * at, but for the one that completes the answer in the client's eyes: that waits until the record
 * of the call is kept.
 */
final class Exchange {
  private final Gateway gateway;
  private final HttpServerRequest request;
  private final Recipient client;
  private final RequestOptions upstream;
  private final Credential credential;
  private final Asked asked;
  private final LlmProvider provider;
  private final CallStart start;
  private final CallRecord record;
  private final Optional<HeldBody> held;
  private Optional<WaitingRoom> room = Optional.empty();

  private @Nullable HttpClientRequest upstreamRequest;
  private @Nullable Intake intake;
  private ResponseMeter meter = new BlindMeter();
  private boolean usageAdded;
  private AnswerFraming framing = AnswerFraming.UNKNOWN;
  private boolean upstreamEnded;
  private boolean upstreamOver;

  /** Set once the record is on its way; until it is kept, the client sees no more. */
  private boolean recording;

  private boolean recorded;

  /**
   * Set when we have broken the upstream off. To end its connection looks like the end of an answer
   * that ends with its connection.
   */
  private boolean brokenOff;

  /** Set when the upstream broke off behind the piece that completed its answer. */
  private boolean broken;

  Exchange(
      Gateway gateway,
      HttpServerRequest request,
      RequestOptions upstream,
      Credential credential,
      Asked asked,
      CallStart start,
      CallRecord record,
      Optional<HeldBody> held) {
    this.gateway = gateway;
    this.request = request;
    this.upstream = upstream;
    this.credential = credential;
    this.asked = asked;
    this.provider = record.provider();
    this.start = start;
    this.record = record;
    this.held = held;
    this.client = new Recipient(gateway.vertx(), request, this::clientGone);
    gateway.calls().began(this);
  }

  LlmProvider provider() {
    return provider;
  }

  CallStart start() {
    return start;
  }

  /** Sends a body that is held. */
  void send(Buffer body, boolean askedForUsage) {
    usageAdded = askedForUsage;
    long _ = record.requestBytes(body);
    connect(
        body,
        call -> {
          call.end(body).onComplete(_ -> held.ifPresent(HeldBody::release));
          return call.response();
        });
  }

  /**
   * Passes a body on as it arrives, or sends none.
   *
   * @param form what reads the body by the way
   * @param waits the room that the body takes until the upstream is done with the call
   */
  void stream(boolean hasBody, Optional<FormParts> form, WaitingRoom waits) {
    room = Optional.of(waits);
    if (!hasBody) {
      connect(Buffer.buffer(), HttpClientRequest::send);
      return;
    }
    form.ifPresent(record::form);
    request.pause();
    long bytesMax = gateway.settings().limits().streamedBodyBytesMax();
    var body = new PassedBody(gateway.vertx(), request, form, bytesMax);
    connect(
        Buffer.buffer(),
        call -> {
          body.to(call, record, () -> bodyTooLarge(bytesMax));
          return call.response();
        });
  }

  /** The upstream never gets all of it. */
  private void bodyTooLarge(long bytesMax) {
    if (recording) {
      return;
    }
    Refusal refusal = Refusal.tooLarge(bytesMax);
    if (!record.hasStatus()) { // Else the upstream has begun to answer what it had of the body.
      gateway.reports().metrics().refused(refusal.code());
    }
    fail(Outcome.CLIENT_GONE, refusal);
    resetUpstream(); // After the answer: a broken upstream would cut the client off.
  }

  private void connect(Buffer body, Function<HttpClientRequest, Future<HttpClientResponse>> send) {
    if (!gateway.snapshot().knows(provider)) {
      upstreamIsOver();
      abort(); // Deleted while the body arrived.
      return;
    }
    gateway
        .upstreams()
        .dial(upstream, credential, body)
        .compose(
            call -> {
              call.exceptionHandler(_ -> {}); // Told by its response.
              if (client.isGone() || recording) {
                var _ = call.reset(); // Else the connection would never be free again.
                return Future.failedFuture("the call is over");
              }
              upstreamRequest = call;
              record.sent();
              return send.apply(call);
            })
        .compose(AnswerFraming::last)
        .onComplete(answer -> guarded(() -> answered(answer)), this::upstreamFailed);
  }

  /** What nobody has foreseen ends this call where its client sees it, and no other call. */
  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | StackOverflowError e) {
      Unforeseen.log("a call failed under way", start, e);
      try {
        end(Outcome.UPSTREAM_FAILED, Refusal.internal());
      } finally {
        resetUpstream();
      }
    }
  }

  private void answered(HttpClientResponse answer) {
    var coming = new Intake(answer);
    intake = coming;
    framing = AnswerFraming.of(answer, request.method(), usageAdded);
    record.answers(answer, framing.type());
    meter = asked.meter(answer, framing.type(), usageAdded, record::line);
    client.head(framing, answer);
    answer.exceptionHandler(this::upstreamFailed);
    answer.handler(piece -> guarded(() -> piece(coming, piece)));
    answer.endHandler(_ -> guarded(() -> ended(coming)));
  }

  private void piece(Intake coming, Buffer piece) {
    if (brokenOff) {
      return;
    }
    record.piece(piece);
    Buffer out = meter.accept(piece);
    boolean last = meter.complete() || framing.isWhole(record.responseBytes());
    if (recording && !recorded) {
      client.withhold(out, coming);
    } else if (last && !recording) {
      client.withhold(out, coming);
      record(outcome(), true);
    } else {
      client.write(out, coming, record::moved);
    }
  }

  private Outcome outcome() {
    if (client.isGone()) {
      return Outcome.CLIENT_GONE;
    }
    return meter.reported().failed() ? Outcome.UPSTREAM_ERROR : record.outcomeByStatus();
  }

  private void ended(Intake come) {
    come.end();
    if (brokenOff) {
      return;
    }
    upstreamEnded = true;
    if (record.passesBody()) {
      PassedBody.readIntoNothing(gateway.vertx(), request); // Nobody takes the rest.
    }
    upstreamIsOver();
    client.withhold(meter.end(), come);
    if (!recording) {
      record(outcome(), true);
    } else if (recorded) {
      client.end();
    }
  }

  private void record(Outcome outcome, boolean whole) {
    recording = true;
    record
        .keep(gateway.ledger(), outcome, meter::reported, whole)
        .onComplete(kept -> guarded(() -> pass(kept.succeeded())));
  }

  private void pass(boolean kept) {
    recorded();
    if (!kept) {
      client.cutOff(); // What is not recorded must not be seen whole.
      resetUpstream();
    } else if (upstreamEnded) {
      client.end();
    } else if (intake != null) {
      client.release(intake, record::moved);
    }
    if (broken) {
      client.cutOff(); // In order: behind what has just been written.
    }
  }

  /** The upstream could not be reached, or broke off. */
  private void upstreamFailed(Throwable cause) {
    upstreamIsOver();
    breakOff(Outcome.UPSTREAM_FAILED, Refusal.ofUpstream(cause));
  }

  private void breakOff(Outcome outcome, Refusal refusal) {
    if (upstreamEnded) {
      held.ifPresent(HeldBody::release);
      return; // It has said all that it had to say.
    }
    end(outcome, refusal);
  }

  private void end(Outcome outcome, Refusal refusal) {
    held.ifPresent(HeldBody::release);
    PassedBody.readIntoNothing(gateway.vertx(), request);
    if (!recording) {
      fail(outcome, refusal);
      return;
    }
    broken = true;
    if (recorded) {
      client.cutOff();
    }
  }

  /** Ends a call that takes too long, or in which nothing moves any more. */
  void endIfDead(long nowNanos) {
    GatewayLimits limits = gateway.settings().limits();
    HttpClientRequest call = upstreamRequest;
    if (start.isLongerAgo(nowNanos, limits.callTimeoutMs())) {
      giveUp(Outcome.UPSTREAM_FAILED, Refusal.callTooLong(limits.callTimeoutMs()));
    } else if (record.isStill(nowNanos, limits.idleTimeoutMs())) {
      if (intake != null && intake.isHeldBack()) {
        if (recorded || !recording) { // Else it is the record that is waited for.
          BrokenOff.atOnce(request); // The upstream would go on.
        }
      } else if (!request.isEnded() && call != null && !call.writeQueueFull()) {
        giveUp(Outcome.CLIENT_GONE, Refusal.bodyTooSlow());
      } else {
        giveUp(Outcome.UPSTREAM_FAILED, Refusal.timeout());
      }
    }
  }

  /** The provider was deleted: the upstream must not work on, and the client learns why. */
  void abort() {
    if (!recording) { // Else the whole answer has come: it is not taken back.
      giveUp(Outcome.ABORTED, Refusal.providerDeleted(provider.name().value()));
    }
  }

  private void giveUp(Outcome outcome, Refusal refusal) {
    breakOff(outcome, refusal);
    resetUpstream();
  }

  private void resetUpstream() {
    if (upstreamRequest != null) {
      if (!upstreamEnded) {
        brokenOff = true;
        UpstreamClient.breakOff(upstreamRequest);
      }
      upstreamIsOver();
    }
  }

  private void fail(Outcome outcome, Refusal refusal) {
    boolean answering = client.hasHead() || record.hasStatus();
    if (!answering && client.isGone()) {
      record.status(499);
    } else if (!answering) {
      record.refused(refusal);
    }
    recording = true;
    record
        .keep(
            gateway.ledger(),
            client.isGone() ? Outcome.CLIENT_GONE : outcome,
            meter::reported,
            false)
        .onComplete(
            _ -> {
              recorded();
              if (answering) {
                client.cutOff();
              } else {
                client.refuse(refusal, asked.shape());
              }
            });
  }

  private void recorded() {
    recorded = true;
    endIfOver();
  }

  private void upstreamIsOver() {
    upstreamOver = true;
    room.ifPresent(WaitingRoom::give);
    endIfOver();
  }

  private void endIfOver() {
    if (recorded && upstreamOver) {
      gateway.calls().ended(this);
    }
  }

  /**
   * A stream stops costing at once, and so does a call whose body will never be whole; any other
   * answer that may tell usage is read on for it.
   */
  private void clientGone() {
    if (upstreamRequest == null) {
      held.ifPresent(HeldBody::release);
      return; // Still dialling: nothing will be sent, which upstreamFailed() will see.
    }
    if (recording) {
      if (!upstreamEnded) {
        resetUpstream(); // Nobody is left who reads the rest.
      }
      return;
    }
    boolean toldAtItsEnd = asked.target().mayTellUsage() && !framing.eventStream();
    if (asked.streams() || !toldAtItsEnd || record.passesBody()) {
      leave();
      return;
    }
    if (intake != null) {
      intake.goOn(); // It may have waited for the client to read.
    }
    long readOnMs = gateway.settings().limits().abandonedReadMs();
    gateway.vertx().setTimer(readOnMs, _ -> leave());
  }

  private void leave() {
    if (!recording) {
      recordClientGone();
      resetUpstream();
    }
  }

  private void recordClientGone() {
    if (!record.hasStatus()) {
      record.status(499);
    }
    record(Outcome.CLIENT_GONE, false);
  }
}
