package dev.adp.gateway;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Invocation;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
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
  private final HttpServerResponse response;
  private final RequestOptions upstream;
  private final Credential credential;
  private final Asked asked;
  private final LlmProvider provider;
  private final CallStart start;
  private final CallRecord record;
  private final Optional<HeldBody> held;

  private @Nullable HttpClientRequest upstreamRequest;
  private @Nullable HttpClientResponse upstreamAnswer;
  private ResponseMeter meter = new BlindMeter();
  private boolean usageAdded;
  private long expectedBytes = -1;
  private boolean clientGone;
  private boolean upstreamEnded;
  private boolean eventStream;

  /**
   * Set once the record is on its way; {@link #waiting} then holds what the client may not see yet.
   */
  private boolean recording;

  private boolean recorded;

  /** Set when the upstream broke off behind the piece that completed its answer. */
  private boolean broken;

  private Buffer waiting = Buffer.buffer();

  Exchange(
      Gateway gateway,
      HttpServerRequest request,
      RequestOptions upstream,
      Credential credential,
      Invocation invocation,
      Asked asked,
      CallStart start,
      Optional<HeldBody> held) {
    this.gateway = gateway;
    this.request = request;
    this.response = request.response();
    this.upstream = upstream;
    this.credential = credential;
    this.asked = asked;
    this.provider = invocation.provider();
    this.start = start;
    this.record = new CallRecord(gateway.ids().get(), gateway.reports(), invocation, asked, start);
    this.held = held;
    response.exceptionHandler(_ -> clientGone());
    response.closeHandler(_ -> clientGone());
    gateway.calls().began(this);
  }

  LlmProvider provider() {
    return provider;
  }

  /** Sends a body that is held. */
  void send(Buffer body, boolean askedForUsage) {
    usageAdded = askedForUsage;
    long _ = record.requestBytes(body);
    connect(
        body,
        client -> {
          client.end(body).onComplete(_ -> held.ifPresent(HeldBody::release));
          return client.response();
        });
  }

  /**
   * Passes a body on as it arrives, or sends none.
   *
   * @param form what reads the body by the way
   */
  void stream(boolean hasBody, Optional<FormParts> form) {
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
        client -> {
          body.to(client, record, () -> bodyTooLarge(client, bytesMax));
          return client.response();
        });
  }

  /** The upstream never gets all of it. */
  private void bodyTooLarge(HttpClientRequest client, long bytesMax) {
    if (recording) {
      return;
    }
    if (record.hasStatus()) {
      recordClientGone(); // The upstream has begun to answer what it had of the body.
      cutOff();
    } else {
      recording = true;
      recorded();
      Refusal refusal = Refusal.tooLarge(bytesMax);
      gateway.reports().refused(start, provider.name().value(), asked.operation(), refusal);
      refusal.send(response, asked.shape());
    }
    var _ = client.reset(); // After the answer: a broken upstream would cut the client off.
  }

  private void connect(Buffer body, Function<HttpClientRequest, Future<HttpClientResponse>> send) {
    if (!gateway.snapshot().knows(provider)) {
      abort(); // Deleted while the body arrived.
      return;
    }
    gateway
        .upstreams()
        .dial(upstream, credential, body)
        .compose(
            client -> {
              upstreamRequest = client;
              if (clientGone || recording) {
                var _ = client.reset(); // Else the connection would never be free again.
                return Future.failedFuture("the call is over");
              }
              record.sent();
              return send.apply(client);
            })
        .onComplete(this::answered);
  }

  private void answered(AsyncResult<HttpClientResponse> result) {
    held.ifPresent(HeldBody::release);
    if (result.failed()) {
      upstreamFailed(result.cause());
      return;
    }
    HttpClientResponse answer = result.result();
    upstreamAnswer = answer;
    record.status(answer.statusCode());
    chooseMeter(answer);
    head(answer);
    answer.exceptionHandler(this::upstreamFailed);
    answer.handler(piece -> piece(answer, piece));
    answer.endHandler(_ -> ended());
  }

  private void chooseMeter(HttpClientResponse answer) {
    String type =
        Optional.ofNullable(answer.getHeader(HttpHeaders.CONTENT_TYPE))
            .orElse("")
            .toLowerCase(Locale.ROOT);
    eventStream =
        type.startsWith("text/event-stream")
            || type.startsWith("application/vnd.amazon.eventstream");
    if (answer.statusCode() == 200 && asked.target().shown() instanceof Shown.Batch batch) {
      Wire wire = asked.target().wire();
      meter = batch.meter(() -> wire.reader(answer.headers(), false), record::line);
    } else if (answer.statusCode() < 300) {
      meter = asked.target().wire().meter(type, answer.headers(), usageAdded, asked.cachesLong());
    }
    String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
    boolean bodyless =
        request.method().equals(HttpMethod.HEAD)
            || answer.statusCode() == 204
            || answer.statusCode() == 304;
    if (length != null && !bodyless && !(usageAdded && eventStream)) {
      expectedBytes = Long.parseLong(length);
    }
  }

  private void head(HttpClientResponse answer) {
    if (clientGone) {
      return;
    }
    response.setStatusCode(answer.statusCode()).setStatusMessage(answer.statusMessage());
    ClientHeaders.answer(answer.headers(), response.headers());
    String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (expectedBytes >= 0 || (length != null && request.method().equals(HttpMethod.HEAD))) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    } else if (answer.statusCode() != 204 && answer.statusCode() != 304) {
      response.setChunked(true);
    }
    if (eventStream) {
      response.putHeader("x-accel-buffering", "no");
      var _ = response.writeHead(); // The first token may be minutes away.
    }
  }

  private void piece(HttpClientResponse answer, Buffer piece) {
    record.piece(piece.length());
    Buffer out = meter.accept(piece);
    boolean last =
        meter.complete() || (expectedBytes >= 0 && record.responseBytes() >= expectedBytes);
    if (recording && !recorded) {
      waiting.appendBuffer(out);
    } else if (last && !recording) {
      waiting.appendBuffer(out);
      record(clientGone ? Outcome.CLIENT_GONE : outcome(), true);
    } else if (!clientGone && out.length() > 0) {
      var _ = response.write(out);
      if (response.writeQueueFull()) {
        answer.pause();
        response.drainHandler(_ -> answer.resume());
      }
    }
  }

  private Outcome outcome() {
    return meter.reported().failed() ? Outcome.UPSTREAM_ERROR : record.outcomeByStatus();
  }

  private void ended() {
    upstreamEnded = true;
    if (!request.isEnded() && upstreamRequest != null) {
      PassedBody.readIntoNothing(
          gateway.vertx(), request); // It is answered: nobody takes the rest.
      var _ = upstreamRequest.reset();
    }
    Buffer rest = meter.end();
    if (!recording) {
      waiting.appendBuffer(rest);
      record(clientGone ? Outcome.CLIENT_GONE : outcome(), true);
    } else if (recorded) {
      finish(rest);
    } else {
      waiting.appendBuffer(rest);
    }
  }

  private void record(Outcome outcome, boolean whole) {
    recording = true;
    record
        .keep(gateway.ledger(), outcome, meter.reported(), whole)
        .onComplete(
            _ -> {
              recorded();
              Buffer out = waiting;
              waiting = Buffer.buffer();
              if (upstreamEnded) {
                finish(out);
              } else if (!clientGone && out.length() > 0) {
                response.write(out).onComplete(_ -> cutOffIfBroken());
              }
            });
  }

  private void finish(Buffer last) {
    if (!clientGone && !response.ended()) {
      var _ = last.length() > 0 ? response.end(last) : response.end();
    }
  }

  /** The upstream could not be reached, broke off, or said nothing for too long. */
  private void upstreamFailed(Throwable cause) {
    held.ifPresent(HeldBody::release);
    if (upstreamEnded) {
      return; // It has said all that it had to say.
    }
    PassedBody.readIntoNothing(gateway.vertx(), request);
    if (recording) {
      broken = true;
      if (recorded) {
        cutOff();
      }
      return;
    }
    fail(Outcome.UPSTREAM_FAILED, Refusal.ofUpstream(cause));
  }

  /** The provider was deleted: the upstream must not work on, and the client learns why. */
  void abort() {
    if (recording) {
      return; // The whole answer has come: it is not taken back.
    }
    fail(Outcome.ABORTED, Refusal.providerDeleted(provider.name().value()));
    if (upstreamRequest != null) {
      var _ = upstreamRequest.reset();
    }
  }

  private void fail(Outcome outcome, Refusal refusal) {
    boolean answering = response.headWritten() || record.hasStatus();
    if (!answering) {
      record.status(clientGone ? 499 : refusal.status());
    }
    recording = true;
    record
        .keep(gateway.ledger(), clientGone ? Outcome.CLIENT_GONE : outcome, meter.reported(), false)
        .onComplete(
            _ -> {
              recorded();
              if (answering) {
                cutOff();
              } else {
                refusal.send(response, asked.shape());
              }
            });
  }

  private void recorded() {
    recorded = true;
    gateway.calls().ended(this);
  }

  private void cutOffIfBroken() {
    if (broken) {
      cutOff();
    }
  }

  /** Ends a broken answer so that the client sees that it is broken. */
  private void cutOff() {
    if (clientGone || response.ended()) {
      return;
    }
    if (request.version() == HttpVersion.HTTP_2) {
      var _ = response.reset(); // The connection is not this call's alone.
    } else {
      var _ = request.connection().close();
    }
  }

  /**
   * A stream stops costing at once, and so does a call whose body will never be whole; any other
   * answer is read on for its usage.
   */
  private void clientGone() {
    if (clientGone || response.ended()) {
      return;
    }
    clientGone = true;
    HttpClientRequest client = upstreamRequest;
    if (client == null) {
      held.ifPresent(HeldBody::release);
      return; // Still dialling: nothing will be sent, which upstreamFailed() will see.
    }
    if (recording) {
      if (!upstreamEnded) {
        var _ = client.reset(); // Nobody is left who reads the rest.
      }
      return;
    }
    if (asked.streams() || eventStream || !request.isEnded()) {
      recordClientGone();
      var _ = client.reset();
    } else {
      if (upstreamAnswer != null) {
        upstreamAnswer.resume(); // It may have waited for the client to read.
      }
      gateway
          .vertx()
          .setTimer(
              gateway.settings().limits().abandonedReadMs(),
              _ -> {
                if (!recording) {
                  recordClientGone();
                  var _ = client.reset();
                }
              });
    }
  }

  private void recordClientGone() {
    if (!record.hasStatus()) {
      record.status(499);
    }
    record(Outcome.CLIENT_GONE, false);
  }
}
