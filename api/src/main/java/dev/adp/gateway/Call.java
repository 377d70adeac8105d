package dev.adp.gateway;

import dev.adp.domain.Failure;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import dev.adp.store.Invocation;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call on its way in: who calls, what of, with which body; then it becomes an exchange. */
final class Call {
  private static final Logger LOG = LoggerFactory.getLogger(Call.class);
  private static final Set<String> MEMBERS = Set.of("model", "stream", "stream_options");
  private static final int MEMBER_BYTES_MAX = 4_096;
  private static final long LINGER_MS = 5_000;
  private static final long BODY_MS_MAX = 120_000;
  private static final Pattern FITS_HEADER = Pattern.compile("[ -~]+");

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
    onTheWayIn(
        () -> {
          if (ClientHeaders.asksForUpgrade(request.headers())) {
            refuse(Refusal.upgrade());
          } else if (OpenAiPaths.climbs(path)) {
            refuse(Refusal.badPath());
          } else {
            authorized(authorize());
          }
        });
  }

  /**
   * Whatever goes wrong before the call is under way is answered. What an unforeseen exception says
   * may quote a credential, so only its kind and its place are logged.
   */
  private void onTheWayIn(Runnable step) {
    try {
      step.run();
    } catch (Failure failure) {
      refuse(Refusal.of(failure));
    } catch (RuntimeException e) {
      LOG.error("a call failed on its way in: {} {}", e.getClass(), List.of(e.getStackTrace()));
      refuse(Refusal.internal());
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
    if (key.isPresent()) {
      Optional<String> value = value(invocation, key.get());
      if (value.isEmpty()) {
        refuse(Refusal.secretNotFound(key.get().value()));
        return;
      }
      if (!FITS_HEADER.matcher(value.get()).matches()) {
        refuse(Refusal.secretUnusable(key.get().value()));
        return;
      }
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
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null) {
      return !length.equals("0");
    }
    return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (request.version() == HttpVersion.HTTP_2 && !Admission.isWithoutModel(request));
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

  private void hold(Invocation invocation) {
    var held = new HeldBody(gateway, new JsonMembers(MEMBERS, MEMBER_BYTES_MAX));
    long timer = gateway.vertx().setTimer(BODY_MS_MAX, _ -> bodyTooSlow(held));
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
        _ ->
            onTheWayIn(
                () -> {
                  gateway.vertx().cancelTimer(timer);
                  try {
                    held(invocation, held);
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
          case ProviderConfig.Anthropic _, ProviderConfig.Google _, ProviderConfig.Bedrock _ ->
              false;
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
        .flatMap(name -> value(invocation, name))
        .ifPresent(key -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key));
    return options;
  }

  /** Files and shells end a line behind what was a key: that is not part of it. */
  private static Optional<String> value(Invocation invocation, SecretRef name) {
    return invocation.secret(name).map(String::strip).filter(value -> !value.isEmpty());
  }

  private static Optional<SecretRef> apiKey(ProviderConfig config) {
    return switch (config) {
      case ProviderConfig.OpenAi(_, var apiKey) -> Optional.of(apiKey);
      case ProviderConfig.Anthropic _, ProviderConfig.Google _, ProviderConfig.Bedrock _ ->
          throw new IllegalStateException("no upstream for " + config.typeName());
      case ProviderConfig.OpenAiCompatible(_, var apiKey, _) -> apiKey;
    };
  }

  private void refuse(Refusal refusal) {
    refusal.send(request.response());
    if (hasBody() && !request.isEnded() && request.version() != HttpVersion.HTTP_2) {
      // What still comes is read into nothing, so that the client gets to see the answer.
      gateway
          .vertx()
          .setTimer(
              LINGER_MS,
              _ -> {
                if (!request.isEnded()) {
                  var _ = request.connection().close();
                }
              });
    }
  }
}
