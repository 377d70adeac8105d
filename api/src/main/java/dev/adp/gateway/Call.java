package dev.adp.gateway;

import dev.adp.domain.Failure;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import dev.adp.store.Invocation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One call on its way in: who calls, what of, with which body; then it becomes an exchange. */
final class Call {
  private static final Set<String> MEMBERS = Set.of("model", "stream", "stream_options");
  private static final int MEMBER_BYTES_MAX = 4_096;

  private final Gateway gateway;
  private final HttpServerRequest request;
  private final String provider;
  private final String path;
  private final CallStart start;

  Call(Gateway gateway, HttpServerRequest request, String provider, String path) {
    this.gateway = gateway;
    this.request = request;
    this.provider = provider;
    this.path = path;
    this.start = new CallStart(gateway.clock().instant(), System.nanoTime());
  }

  void start() {
    try {
      if (request.headers().contains(HttpHeaders.UPGRADE)) {
        refuse(Refusal.upgrade());
      } else if (OpenAiPaths.climbs(path)) {
        refuse(Refusal.badPath());
      } else {
        authorized(authorize());
      }
    } catch (Failure failure) {
      refuse(Refusal.of(failure));
    }
  }

  private Invocation authorize() {
    String token =
        ClientHeaders.token(request.headers(), request.query())
            .orElseThrow(
                () ->
                    new Failure.Unauthenticated(
                        "a gateway token is missing: get one from /oauth/idp/token and send it as your SDK's API key"));
    return gateway.snapshot().invoke(gateway.tokens().actor(token), provider);
  }

  private void authorized(Invocation invocation) {
    if (gateway.ledger().full()) {
      refuse(Refusal.busy("usage cannot be recorded at the moment, so no calls are served"));
      return;
    }
    Optional<SecretRef> key = apiKey(invocation.provider().config());
    if (key.isPresent() && invocation.secret(key.get()).isEmpty()) {
      refuse(Refusal.secretNotFound(key.get().value()));
      return;
    }
    boolean hasBody = hasBody();
    boolean json = hasBody && isJson();
    Optional<Refusal> refusal = Admission.ofHead(invocation, request, path, json);
    if (refusal.isPresent()) {
      refuse(refusal.get());
    } else if (json) {
      hold(invocation);
    } else {
      exchange(invocation, Optional.empty(), "", false).stream(request, hasBody);
    }
  }

  private boolean hasBody() {
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || !Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_LENGTH))
            .orElse("0")
            .equals("0");
  }

  private boolean isJson() {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null
        || type.toLowerCase(Locale.ROOT).startsWith("application/json")
        || type.toLowerCase(Locale.ROOT).contains("+json");
  }

  private void hold(Invocation invocation) {
    var held = new HeldBody(gateway, new JsonMembers(MEMBERS, MEMBER_BYTES_MAX));
    request.response().closeHandler(_ -> held.release());
    request.exceptionHandler(_ -> held.release());
    request.handler(
        chunk -> {
          Optional<Refusal> refusal = held.add(chunk);
          if (refusal.isPresent()) {
            request.handler(_ -> {}).endHandler(_ -> {});
            refuse(refusal.get());
          }
        });
    request.endHandler(
        _ -> {
          try {
            held(invocation, held);
          } catch (Failure failure) {
            held.release();
            refuse(Refusal.of(failure));
          }
        });
  }

  private void held(Invocation invocation, HeldBody held) {
    Optional<Refusal> refusal = Admission.ofBody(invocation, held.members());
    if (refusal.isPresent()) {
      held.release();
      refuse(refusal.get());
      return;
    }
    String model = held.members().first("model").flatMap(JsonMembers.Member::string).orElse("");
    boolean streams =
        held.members().first("stream").map(JsonMembers.Member::value).equals(Optional.of(true));
    Optional<Buffer> withUsage =
        streams && mayAskForUsage(invocation)
            ? UsageRequest.added(held.body(), held.members())
            : Optional.empty();
    Exchange exchange = exchange(invocation, Optional.of(held), model, streams);
    exchange.send(withUsage.orElseGet(held::body), withUsage.isPresent());
  }

  private boolean mayAskForUsage(Invocation invocation) {
    boolean wanted =
        switch (invocation.provider().config()) {
          case ProviderConfig.OpenAi _ -> true;
          case ProviderConfig.OpenAiCompatible(_, _, var streamUsage) -> streamUsage;
        };
    return wanted
        && OpenAiPaths.takesStreamOptions(path)
        && request.getHeader(HttpHeaders.CONTENT_ENCODING) == null;
  }

  private Exchange exchange(
      Invocation invocation, Optional<HeldBody> held, String model, boolean streams) {
    var asked =
        new Asked(
            request.method().name() + " " + path,
            model,
            streams,
            OpenAiPaths.generates(path),
            conversation());
    return new Exchange(gateway, request, upstream(invocation), invocation, asked, start, held);
  }

  private String conversation() {
    return Optional.ofNullable(request.getHeader("x-redpanda-genai-conversation"))
        .or(() -> Optional.ofNullable(request.getHeader("x-claude-code-session-id")))
        .orElse("");
  }

  /** Where the call goes, with the provider's credential instead of the caller's. */
  private RequestOptions upstream(Invocation invocation) {
    ProviderConfig config = invocation.provider().config();
    URI base = config.upstream().value();
    String basePath = Optional.ofNullable(base.getRawPath()).orElse("");
    var options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(base.getHost())
            .setPort(config.upstream().port())
            .setSsl(config.upstream().isTls())
            .setURI(
                OpenAiPaths.upstream(basePath, path)
                    + ClientHeaders.forwardedQuery(request.query()))
            .setFollowRedirects(false)
            .setIdleTimeout(gateway.settings().idleTimeoutMs());
    options.setHeaders(HttpHeaders.headers());
    ClientHeaders.forward(request.headers(), options.getHeaders());
    options.putHeader("accept-encoding", "identity");
    apiKey(config)
        .flatMap(invocation::secret)
        .ifPresent(key -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key));
    return options;
  }

  private static Optional<SecretRef> apiKey(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi(_, var apiKey) -> Optional.of(apiKey);
      case ProviderConfig.OpenAiCompatible(_, var apiKey, _) -> apiKey;
    };
  }

  private void refuse(Refusal refusal) {
    refusal.send(request.response());
    if (hasBody() && !request.isEnded()) {
      request.response().endHandler(_ -> request.connection().close()); // Nobody reads the rest.
    }
  }
}
