package dev.adp.gateway;

import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.Failure;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.store.Invocation;
import dev.adp.store.UsageLedger;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One probe on its way to an upstream and back. What is sent is recorded as any call is. */
final class ProbeCall {
  static final int ANSWER_BYTES_MAX = 1 << 20;
  static final long MS_MAX = 30_000;

  private final UpstreamClient upstreams;
  private final AwsIdentities aws;
  private final CallReports reports;
  private final UsageLedger ledger;
  private final Invocation invocation;
  private final ConnectionCheck check;
  private final Diagnosis diagnosis;
  private final UUID id;
  private final CallStart start;

  private ResponseMeter meter = new BlindMeter();
  private @Nullable HttpClientRequest request;
  private boolean over;

  ProbeCall(
      UpstreamClient upstreams,
      AwsIdentities aws,
      CallReports reports,
      UsageLedger ledger,
      Invocation invocation,
      ConnectionCheck check,
      UUID id,
      CallStart start) {
    this.upstreams = upstreams;
    this.aws = aws;
    this.reports = reports;
    this.ledger = ledger;
    this.invocation = invocation;
    this.check = check;
    this.diagnosis = new Diagnosis(invocation.provider().config(), check.model());
    this.id = id;
    this.start = start;
  }

  /** The answer of an upstream, whole. */
  record Answer(int status, MultiMap headers, Buffer body) {}

  /** Never fails. */
  Future<ConnectionResult> run() {
    if (ledger.full()) {
      return Future.succeededFuture(
          result(
              Optional.empty(),
              "",
              new Finding(
                  Cause.GATEWAY_BUSY,
                  "Usage cannot be recorded at the moment, so no calls are made. Try again"
                      + " later.")));
    }
    try {
      return sent();
    } catch (Refused refused) {
      return Future.succeededFuture(
          result(Optional.empty(), "", diagnosis.ofRefusal(refused.refusal())));
    } catch (Failure failure) {
      return Future.succeededFuture(
          result(Optional.empty(), "", diagnosis.ofRefusal(Refusal.of(failure))));
    }
  }

  private Future<ConnectionResult> sent() {
    Probe probe = Probe.of(invocation.provider().config(), check.model());
    MultiMap headers = headers(probe);
    Dialect dialect = Dialect.of(invocation.provider().config());
    Target target = dialect.target(HttpMethod.POST, probe.path());
    Credential credential = Credential.of(invocation, target, headers, aws);
    Guard guard = Guard.of(invocation, HttpMethod.POST, probe.path());
    RequestOptions call =
        UpstreamCall.of(invocation, target, HttpMethod.POST, probe.query(), headers);
    guard.puts(call.getHeaders());
    Buffer body = guard.puts(probe.body().toBuffer());
    var record = record(probe, target, dialect);
    long _ = record.requestBytes(body);
    return upstreams
        .dial(call, credential, body)
        .compose(client -> send(client, body, record))
        .compose(AnswerFraming::last)
        .compose(answer -> whole(answer, target, record))
        .timeout(MS_MAX, TimeUnit.MILLISECONDS)
        .transform(
            done -> {
              over = true;
              return done.succeeded()
                  ? ended(done.result(), call, record)
                  : failed(done.cause(), record);
            });
  }

  /**
   * What a client would send. A token of ours stands where passthrough wants it: the caller has
   * proved himself already.
   */
  private MultiMap headers(Probe probe) {
    MultiMap headers = HttpHeaders.headers();
    headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
    headers.set(HttpHeaders.ACCEPT, "application/json");
    headers.set(HttpHeaders.USER_AGENT, "adp-connection-check");
    headers.addAll(probe.headers());
    headers.set(ClientHeaders.GATEWAY_TOKEN, "checked");
    check
        .clientAuthorization()
        .filter(own -> !own.isBlank())
        .ifPresent(own -> headers.set(HttpHeaders.AUTHORIZATION, own));
    return headers;
  }

  private CallRecord record(Probe probe, Target target, Dialect dialect) {
    var asked =
        new Asked(
            "POST " + probe.path(),
            target.model() instanceof ModelIn.Path(var inPath)
                ? inPath
                : dialect.modelName(check.model()),
            false,
            target,
            ErrorShape.OPENAI,
            "",
            false,
            true);
    return new CallRecord(id, reports, invocation, asked, start, Turn.SILENT);
  }

  private Future<HttpClientResponse> send(
      HttpClientRequest client, Buffer body, CallRecord record) {
    if (over) {
      var _ = client.reset(); // Else the connection would never be free again.
      return Future.failedFuture(new TimeoutException());
    }
    request = client;
    record.sent();
    return client.send(body);
  }

  private Future<Answer> whole(HttpClientResponse answer, Target target, CallRecord record) {
    record.status(answer.statusCode());
    if (answer.statusCode() < 300) {
      String type =
          Optional.ofNullable(answer.getHeader(HttpHeaders.CONTENT_TYPE))
              .orElse("")
              .toLowerCase(Locale.ROOT);
      meter = target.wire().meter(type, answer.headers(), false, false);
    }
    Promise<Answer> read = Promise.promise();
    Buffer body = Buffer.buffer();
    answer.exceptionHandler(read::tryFail);
    answer.handler(
        piece -> {
          record.piece(piece);
          var _ = meter.accept(piece);
          if (body.length() + piece.length() > ANSWER_BYTES_MAX) {
            read.tryFail(new TooLong());
          } else {
            body.appendBuffer(piece);
          }
        });
    answer.endHandler(
        _ -> read.tryComplete(new Answer(answer.statusCode(), answer.headers(), body)));
    return read.future();
  }

  /** An answer that goes on and on. */
  static final class TooLong extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private Future<ConnectionResult> ended(Answer answer, RequestOptions call, CallRecord record) {
    var _ = meter.end();
    UpstreamError error = UpstreamError.of(answer);
    Optional<Finding> finding = diagnosis.of(answer, error);
    String words =
        finding.isEmpty()
            ? ""
            : Scrubber.of(invocation, check, call.getHeaders()).printable(error.message());
    ConnectionResult result =
        new ConnectionResult(
            start.micros() / 1_000,
            Optional.of(answer.status()),
            words,
            finding.map(Finding::cause),
            finding.map(Finding::advice).orElse(""));
    Outcome outcome = meter.reported().failed() ? Outcome.UPSTREAM_ERROR : record.outcomeByStatus();
    return record
        .keep(ledger, outcome, meter::reported, true)
        .transform(_ -> Future.succeededFuture(result));
  }

  private Future<ConnectionResult> failed(Throwable cause, CallRecord record) {
    if (request != null) {
      var _ = request.reset();
    }
    ConnectionResult result = result(record.statusSeen(), "", diagnosis.ofFailure(cause));
    if (!record.hasStatus()) {
      record.status(Refusal.ofUpstream(cause).status());
    }
    return record
        .keep(ledger, Outcome.UPSTREAM_FAILED, meter::reported, false)
        .transform(_ -> Future.succeededFuture(result));
  }

  private ConnectionResult result(Optional<Integer> status, String words, Finding finding) {
    return new ConnectionResult(
        start.micros() / 1_000, status, words, Optional.of(finding.cause()), finding.advice());
  }
}
