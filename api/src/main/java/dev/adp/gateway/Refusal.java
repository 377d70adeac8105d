package dev.adp.gateway;

import dev.adp.domain.Failure;
import dev.adp.http.RequestIds;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call that the gateway itself refuses.
 *
 * @param code short name for programs; also in the header {@value #CODE_HEADER}, since not every
 *     shape has room for it
 * @param message what is wrong and what to do
 */
record Refusal(int status, String code, String message) {
  static final String CODE_HEADER = "x-adp-error-code";

  static Refusal of(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated e -> new Refusal(401, "invalid_api_key", e.text());
      case Failure.Forbidden e -> new Refusal(403, "permission_denied", e.text());
      case Failure.Disabled e -> new Refusal(403, "provider_disabled", e.text());
      case Failure.NotFound e -> new Refusal(404, "provider_not_found", e.text());
      case Failure.Invalid e -> new Refusal(400, "invalid_request", e.text());
      case Failure.AlreadyExists e -> new Refusal(409, "conflict", e.text());
      case Failure.Conflict e -> new Refusal(409, "conflict", e.text());
      case Failure.PreconditionFailed e -> new Refusal(412, "precondition_failed", e.text());
      case Failure.Unavailable e -> busy(e.text());
      case Failure.TooManyRequests e -> new Refusal(429, "rate_limit_exceeded", e.text());
    };
  }

  static Refusal providerDeleted(String name) {
    return new Refusal(
        404,
        "provider_not_found",
        "LLM provider \"%s\" was deleted during this call".formatted(name));
  }

  static Refusal badHead(String what) {
    return new Refusal(400, "invalid_request", what);
  }

  static Refusal uriTooLong() {
    return new Refusal(414, "uri_too_long", "the path with its query is too long");
  }

  static Refusal badPath() {
    return new Refusal(400, "invalid_path", "the path must not contain \"..\"");
  }

  static Refusal modelNotAllowed(String provider, String why) {
    return new Refusal(
        403,
        "model_not_allowed",
        "provider \"%s\" allows only the models on its list: %s".formatted(provider, why));
  }

  static Refusal compressed() {
    return new Refusal(
        415,
        "unsupported_content_encoding",
        "this provider has a list of models: send the body uncompressed, so that the model can be"
            + " checked");
  }

  /** A body that is looked into before it leaves. */
  static Refusal tooLargeToHold(long bytesMax) {
    return new Refusal(
        413,
        "request_too_large",
        "a body that is JSON, or whose model must be checked, may have %d bytes at most"
            .formatted(bytesMax));
  }

  /** A body that is passed on as it comes. */
  static Refusal tooLarge(long bytesMax) {
    return new Refusal(
        413, "request_too_large", "a body may have %d bytes at most".formatted(bytesMax));
  }

  static Refusal bodyTooSlow() {
    return new Refusal(408, "request_timeout", "the body did not arrive in time");
  }

  static Refusal busy(String what) {
    return new Refusal(503, "overloaded", what);
  }

  static Refusal secretNotFound(String name) {
    return new Refusal(500, "secret_not_found", "secret \"%s\" not found".formatted(name));
  }

  static Refusal secretUnusable(String name) {
    return new Refusal(
        500,
        "secret_unusable",
        "secret \"%s\" is no API key: it holds characters that no header can carry"
            .formatted(name));
  }

  static Refusal tokenInTheWrongPlace() {
    return new Refusal(
        401,
        "invalid_api_key",
        "this provider passes your own Authorization on to its upstream: send the gateway token in"
            + " the header X-Redpanda-Cloud-Token");
  }

  static Refusal authorizationMissing() {
    return new Refusal(
        401,
        "authorization_missing",
        "this provider passes your own credential on to its upstream: send it in the header"
            + " Authorization");
  }

  static Refusal unguarded(String why) {
    return new Refusal(403, "guardrail_required", why);
  }

  static Refusal internal() {
    return new Refusal(500, "internal", "Internal error");
  }

  static Refusal upgrade() {
    return new Refusal(501, "not_implemented", "upgrades to other protocols are not supported");
  }

  /** What the client is told when the upstream gave no answer. */
  static Refusal ofUpstream(Throwable cause) {
    return switch (cause) {
      case Failure.Conflict refused -> new Refusal(502, "upstream_refused", refused.text());
      case AwsKeysUnavailable missing ->
          new Refusal(502, "aws_credentials_unavailable", missing.text());
      case TimeoutException _ -> timeout();
      case ConnectionPoolTooBusyException _ ->
          busy("as many calls of this provider wait for a connection as may");
      default -> unreachable();
    };
  }

  private static Refusal unreachable() {
    return new Refusal(502, "upstream_unreachable", "the upstream cannot be reached");
  }

  static Refusal timeout() {
    return new Refusal(504, "upstream_timeout", "the upstream did not answer in time");
  }

  /** What a client is told whose call has gone on for too long before there was an answer. */
  static Refusal callTooLong(long ms) {
    return new Refusal(
        504, "call_timeout", "a call may take %d seconds at most".formatted(ms / 1_000));
  }

  void send(HttpServerResponse response, ErrorShape shape) {
    if (response.closed() || response.headWritten()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .putHeader("cache-control", "no-store")
        .putHeader(CODE_HEADER, code);
    shape.headers(this, response.headers());
    if (status == 401) {
      response.putHeader("www-authenticate", "Bearer");
    }
    if (status == 503) {
      response.putHeader("retry-after", "1");
    }
    var _ = response.end(shape.body(named(response)).encode());
  }

  /** Who reports an error of ours can say which one of the log's. */
  private Refusal named(HttpServerResponse response) {
    @Nullable String id = response.headers().get(RequestIds.HEADER);
    return status == 500 && id != null
        ? new Refusal(status, code, "%s (request %s)".formatted(message, id))
        : this;
  }
}
