package dev.adp.gateway;

import dev.adp.domain.Failure;
import dev.adp.http.Http2;
import dev.adp.store.Invocation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** One call on its way in: who calls, what of, with which body; then it becomes an exchange. */
final class Call {
  private static final String PREVIOUS_RESPONSE = "previous_response_id";
  private static final JsonKeys MEMBERS =
      JsonKeys.of(
          "model",
          "models",
          "fallbacks",
          "purpose",
          "stream",
          "stream_options",
          OpenAiUsage.CACHE_OPTIONS,
          PREVIOUS_RESPONSE,
          BedrockGuardrail.MEMBER);
  private static final int MEMBER_BYTES_MAX = 4_096;

  private final Gateway gateway;
  private final HttpServerRequest request;
  private final String provider;
  private final String path;
  private final ErrorShape shape;
  private final CallStart start;

  /**
   * @param requestId what the logs will call it
   */
  Call(Gateway gateway, HttpServerRequest request, String requestId, String provider, String path) {
    this.gateway = gateway;
    this.request = request;
    this.provider = provider;
    this.path = path;
    this.shape = ErrorShape.of(path, request.headers());
    this.start =
        new CallStart(
            gateway.clock().instant(), System.nanoTime(), requestId, request.version().alpnName());
  }

  void start() {
    onTheWayIn(
        () -> {
          if (ClientHeaders.asksForUpgrade(request.headers())) {
            refuse(Refusal.upgrade());
          } else if (PathText.climbs(path)) {
            refuse(Refusal.badPath());
          } else {
            authorized(authorize());
          }
        });
  }

  /** Whatever goes wrong before the call is under way is answered. */
  private void onTheWayIn(Runnable step) {
    try {
      step.run();
    } catch (Failure failure) {
      refuse(Refusal.of(failure));
    } catch (Refused refused) {
      refuse(refused.refusal());
    } catch (RuntimeException e) {
      Unforeseen.log("a call failed on its way in", start, e);
      refuse(Refusal.internal());
    }
  }

  private Invocation authorize() {
    String token =
        ClientHeaders.token(request.headers(), request.query())
            .orElseThrow(
                () ->
                    new Failure.Unauthenticated(
                        "a gateway token is missing: get one from /oauth/idp/token and send it as"
                            + " your SDK's API key"));
    return gateway.snapshot().invoke(gateway.tokens().actor(token), provider);
  }

  private void authorized(Invocation invocation) {
    if (gateway.ledger().full()) {
      refuse(Refusal.busy("usage cannot be recorded at the moment, so no calls are served"));
      return;
    }
    Dialect dialect = Dialect.of(invocation.provider().config());
    Target target = dialect.target(request.method(), path);
    var going =
        new Going(
            invocation,
            dialect,
            target,
            Credential.of(invocation, target, request.headers(), gateway.aws()),
            Guard.of(invocation, request.method(), path));
    boolean hasBody = hasBody();
    boolean json = hasBody && isJson();
    Optional<FormParts> form = hasBody && !json ? form(going) : Optional.empty();
    boolean whole = json || going.needsWholeBody(hasBody);
    Admission.ofHead(invocation, request, target, json || form.isPresent())
        .or(() -> whole ? Optional.empty() : ofLength())
        .ifPresentOrElse(
            this::refuse,
            () -> {
              if (whole) {
                hold(going, JsonMembers.inUtf8(MEMBERS, MEMBER_BYTES_MAX));
              } else if (form.isPresent() && !invocation.allowsEveryModel()) {
                hold(going, form.get());
              } else {
                pass(going, hasBody, form);
              }
            });
  }

  private void pass(Going going, boolean hasBody, Optional<FormParts> form) {
    var room = new WaitingRoom(gateway.budget());
    if (hasBody && !room.take()) {
      refuse(WaitingRoom.full());
      return;
    }
    Exchange exchange;
    try {
      exchange = exchange(going, Optional.empty(), Wanted.ofPassing(passing(hasBody)));
    } catch (RuntimeException e) {
      room.give();
      throw e;
    }
    exchange.stream(hasBody, form, room);
  }

  /** The form that comes, where it tells something; files are not looked into without need. */
  private Optional<FormParts> form(Going going) {
    boolean tells =
        switch (going.target().model()) {
          case ModelIn.Form _ -> true;
          case ModelIn.File _ -> !going.invocation().allowsEveryModel();
          case ModelIn.Body _, ModelIn.Path _, ModelIn.None _, ModelIn.Uncertain _ -> false;
        };
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    return tells && types.size() == 1 ? FormParts.of(types.getFirst()) : Optional.empty();
  }

  /** A form is no talk; whatever else comes may be JSON by another name. */
  private Turn.Body passing(boolean hasBody) {
    String type = Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_TYPE), "");
    return hasBody && !type.toLowerCase(Locale.ROOT).startsWith("multipart/")
        ? new Turn.Body.Passing(encoding())
        : new Turn.Body.None();
  }

  private String encoding() {
    return Objects.requireNonNullElse(request.getHeader(HttpHeaders.CONTENT_ENCODING), "");
  }

  /** Refuses a body that says it is larger than what is passed on. */
  private Optional<Refusal> ofLength() {
    long bytesMax = gateway.settings().limits().streamedBodyBytesMax();
    return announced().filter(length -> length > bytesMax).map(_ -> Refusal.tooLarge(bytesMax));
  }

  private Optional<Long> announced() {
    return Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_LENGTH)).map(Long::parseLong);
  }

  /** A call that is let through. */
  private record Going(
      Invocation invocation, Dialect dialect, Target target, Credential credential, Guard guard) {

    boolean needsWholeBody(boolean hasBody) {
      return guard instanceof Guard.Body || (hasBody && credential.signsBody());
    }
  }

  private boolean hasBody() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    return request.version() == HttpVersion.HTTP_2
        ? Http2.bodyFollows(request)
        : request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Parameters do not count: a boundary may spell anything. */
  private boolean isJson() {
    List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
    if (types.isEmpty()) {
      return true;
    }
    String type = types.getFirst().toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    return types.size() == 1 && (type.equals("application/json") || type.endsWith("+json"));
  }

  private void hold(Going going, BodyScan scan) {
    var held = new HeldBody(gateway, scan, announced());
    long timer =
        gateway
            .vertx()
            .setTimer(gateway.settings().limits().clientBodyTimeoutMs(), _ -> bodyTooSlow(held));
    request
        .response()
        .closeHandler(
            _ -> {
              held.release();
              boolean _ = gateway.vertx().cancelTimer(timer); // Nobody is left to be told.
            });
    request.exceptionHandler(_ -> held.release());
    request.handler(
        chunk -> {
          Optional<Refusal> refusal = held.add(chunk);
          if (refusal.isPresent()) {
            boolean _ = gateway.vertx().cancelTimer(timer); // Once is enough.
            request.handler(_ -> {}).endHandler(_ -> {});
            refuse(refusal.get());
          }
        });
    request.endHandler(
        _ ->
            onTheWayIn(
                () -> {
                  gateway.vertx().cancelTimer(timer);
                  try {
                    held(going, held, scan);
                  } catch (RuntimeException e) {
                    held.release();
                    throw e;
                  }
                }));
  }

  /** Memory is not held for a client that does not go on. */
  private void bodyTooSlow(HeldBody held) {
    if (!request.isEnded()) {
      held.release();
      refuse(Refusal.bodyTooSlow());
    }
  }

  private void held(Going going, HeldBody held, BodyScan scan) {
    Optional<Refusal> refusal =
        switch (scan) {
          case JsonMembers members ->
              Admission.ofBody(going.invocation(), going.dialect(), going.target(), members);
          case FormParts form ->
              Admission.ofForm(going.invocation(), going.dialect(), going.target(), form);
        };
    if (refusal.isPresent()) {
      held.release();
      refuse(refusal.get());
      return;
    }
    switch (scan) {
      case JsonMembers members -> send(going, held, members);
      case FormParts form ->
          exchange(going, Optional.of(held), Wanted.of(form)).send(held.body(), false);
    }
  }

  private void send(Going going, HeldBody held, JsonMembers members) {
    Wanted wanted = Wanted.of(members, held.body(), encoding());
    Optional<Buffer> withUsage =
        wanted.streams()
                && going.target().takesStreamOptions()
                && request.getHeader(HttpHeaders.CONTENT_ENCODING) == null
            ? UsageRequest.added(held.body(), members)
            : Optional.empty();
    Buffer body = held.becomes(going.guard().puts(withUsage.orElseGet(held::body), members));
    exchange(going, Optional.of(held), wanted).send(body, withUsage.isPresent());
  }

  /**
   * What a body asks for.
   *
   * @param previousResponse the answer that it goes on from, or empty
   * @param body itself, as far as it tells what is said
   */
  private record Wanted(
      String model, boolean streams, boolean cachesLong, String previousResponse, Turn.Body body) {
    static Wanted ofPassing(Turn.Body body) {
      return new Wanted("", false, false, "", body);
    }

    static Wanted of(JsonMembers body, Buffer text, String encoding) {
      return new Wanted(
          body.first("model").map(model -> ModelMember.name(model, text)).orElse(""),
          body.all("stream").stream().anyMatch(asked -> Boolean.TRUE.equals(asked.value())),
          body.first(OpenAiUsage.CACHE_OPTIONS)
              .filter(options -> OpenAiUsage.cachesLong(options.value()))
              .isPresent(),
          body.first(PREVIOUS_RESPONSE).flatMap(JsonMember::string).orElse(""),
          new Turn.Body.Whole(text, encoding));
    }

    static Wanted of(FormParts form) {
      return new Wanted(
          form.first(FormParts.MODEL).orElse(""), form.streams(), false, "", new Turn.Body.None());
    }
  }

  /**
   * @throws Refused when the provider has too many calls under way
   */
  private Exchange exchange(Going going, Optional<HeldBody> held, Wanted wanted) {
    Target target = going.target();
    String model =
        target.model() instanceof ModelIn.Path(var inPath)
            ? inPath
            : going.dialect().modelName(wanted.model());
    var asked =
        new Asked(
            request.method().name() + " " + path,
            model,
            wanted.streams() || target.streams(),
            target,
            shape,
            conversation(),
            wanted.cachesLong(),
            false);
    RequestOptions upstream =
        UpstreamCall.of(
            going.invocation(), target, request.method(), request.query(), request.headers());
    going.guard().puts(upstream.getHeaders());
    if (!gateway.calls().mayBegin(going.invocation().provider())) {
      throw new Refused(Refusal.busy("this provider has as many calls under way as one may have"));
    }
    var record =
        new CallRecord(
            gateway.ids().get(),
            gateway.reports(),
            going.invocation(),
            asked,
            start,
            turn(going, wanted));
    return new Exchange(gateway, request, upstream, going.credential(), asked, start, record, held);
  }

  private Turn turn(Going going, Wanted wanted) {
    Target target = going.target();
    return target.generates()
        ? Turn.of(
            gateway.transcriber(),
            new Turn.Head(
                going.invocation().provider(),
                target.wire(),
                target.upstreamPath(),
                Optional.ofNullable(request.getHeader("traceparent")),
                conversation(),
                wanted.previousResponse()),
            wanted.body())
        : Turn.SILENT;
  }

  private String conversation() {
    return Optional.ofNullable(request.getHeader("x-redpanda-genai-conversation"))
        .or(() -> Optional.ofNullable(request.getHeader("x-claude-code-session-id")))
        .orElse("");
  }

  private void refuse(Refusal refusal) {
    gateway.reports().refused(start, provider, request.method().name() + " " + path, refusal);
    refusal.send(request.response(), shape);
    if (hasBody()) {
      PassedBody.readIntoNothing(gateway.vertx(), request);
    }
  }
}
