package dev.adp.gateway;

import dev.adp.domain.Failure;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeoutException;

/**
 * A call that the gateway itself refuses, in the shape that OpenAI's SDKs turn into typed errors.
 *
 * @param code short name for programs
 */
record Refusal(int status, String type, String code, String message) {

  static Refusal of(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated e ->
          new Refusal(401, "authentication_error", "invalid_api_key", e.text());
      case Failure.Forbidden e ->
          new Refusal(403, "permission_error", "permission_denied", e.text());
      case Failure.Disabled e ->
          new Refusal(403, "permission_error", "provider_disabled", e.text());
      case Failure.NotFound e ->
          new Refusal(404, "invalid_request_error", "provider_not_found", e.text());
      case Failure.Invalid e ->
          new Refusal(400, "invalid_request_error", "invalid_request", e.text());
      case Failure.AlreadyExists e ->
          new Refusal(409, "invalid_request_error", "conflict", e.text());
      case Failure.Conflict e -> new Refusal(409, "invalid_request_error", "conflict", e.text());
      case Failure.PreconditionFailed e ->
          new Refusal(412, "invalid_request_error", "precondition_failed", e.text());
    };
  }

  static Refusal badPath() {
    return new Refusal(
        400, "invalid_request_error", "invalid_path", "the path must not contain \"..\"");
  }

  static Refusal modelNotAllowed(String provider, String why) {
    return new Refusal(
        403,
        "permission_error",
        "model_not_allowed",
        "provider \"%s\" allows only the models on its list: %s".formatted(provider, why));
  }

  static Refusal compressed() {
    return new Refusal(
        415,
        "invalid_request_error",
        "unsupported_content_encoding",
        "this provider has a list of models: send the body uncompressed, so that the model can be checked");
  }

  static Refusal tooLarge(long bytesMax) {
    return new Refusal(
        413,
        "invalid_request_error",
        "request_too_large",
        "the JSON body has more than %d bytes".formatted(bytesMax));
  }

  static Refusal bodyTooSlow() {
    return new Refusal(
        408, "invalid_request_error", "request_timeout", "the body did not arrive in time");
  }

  static Refusal busy(String what) {
    return new Refusal(503, "server_error", "overloaded", what);
  }

  static Refusal secretNotFound(String name) {
    return new Refusal(
        500, "server_error", "secret_not_found", "secret \"%s\" not found".formatted(name));
  }

  static Refusal secretUnusable(String name) {
    return new Refusal(
        500,
        "server_error",
        "secret_unusable",
        "secret \"%s\" is no API key: it holds characters that no header can carry"
            .formatted(name));
  }

  static Refusal internal() {
    return new Refusal(500, "server_error", "internal", "Internal error");
  }

  static Refusal upgrade() {
    return new Refusal(
        501,
        "invalid_request_error",
        "not_implemented",
        "upgrades to other protocols are not supported");
  }

  /** What the client is told when the upstream gave no answer. */
  static Refusal ofUpstream(Throwable cause) {
    return switch (cause) {
      case Failure.Conflict refused ->
          new Refusal(502, "server_error", "upstream_refused", refused.text());
      case TimeoutException _ -> timeout();
      default -> unreachable();
    };
  }

  private static Refusal unreachable() {
    return new Refusal(
        502, "server_error", "upstream_unreachable", "the upstream cannot be reached");
  }

  private static Refusal timeout() {
    return new Refusal(
        504, "server_error", "upstream_timeout", "the upstream did not answer in time");
  }

  void send(HttpServerResponse response) {
    if (response.closed() || response.headWritten()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .putHeader("cache-control", "no-store");
    if (status == 401) {
      response.putHeader("www-authenticate", "Bearer");
    }
    if (status == 503) {
      response.putHeader("retry-after", "1");
    }
    var _ =
        response.end(
            new JsonObject()
                .put(
                    "error",
                    new JsonObject()
                        .put("message", message)
                        .put("type", type)
                        .putNull("param")
                        .put("code", code))
                .encode());
  }
}
