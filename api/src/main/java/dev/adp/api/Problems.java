package dev.adp.api;

import dev.adp.domain.Failure;
import dev.adp.domain.Failure.Unavailable;
import dev.adp.domain.Violation;
import dev.adp.http.UnforeseenErrors;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;

/**
 * Every error of the REST API as RFC 9457 problem details. Nothing else builds error bodies here.
 */
final class Problems {
  private Problems() {}

  /** Answers a failed request. */
  static void answer(RoutingContext ctx) {
    JsonObject problem =
        switch (ctx.failure()) {
          case Failure failure -> of(failure);
          case HttpException refused -> ofStatus(refused.getStatusCode());
          case null -> ofStatus(ctx.statusCode());
          default -> ofStatus(500);
        };
    int status = problem.getInteger("status");
    if (status >= 500) {
      problem.put("request_id", UnforeseenErrors.log(ctx));
    }
    if (status == 401) {
      boolean hasSent = ctx.request().getHeader("authorization") != null;
      ctx.response()
          .putHeader("www-authenticate", hasSent ? "Bearer error=\"invalid_token\"" : "Bearer");
    }
    if (ctx.failure() instanceof Failure.TooManyRequests later) {
      ctx.response().putHeader("retry-after", String.valueOf(later.retryAfter().toSeconds()));
    }
    if (status == 503) {
      ctx.response().putHeader("retry-after", String.valueOf(Unavailable.RETRY_AFTER.toSeconds()));
    }
    ctx.response()
        .setStatusCode(status)
        .putHeader("content-type", "application/problem+json")
        .putHeader("cache-control", "no-store")
        .end(problem.encode());
  }

  private static JsonObject of(Failure failure) {
    return switch (failure) {
      case Failure.Invalid invalid ->
          problem(422, "INVALID_ARGUMENT", "Unprocessable Content", failure.text())
              .put("errors", errors(invalid.violations()));
      case Failure.Unauthenticated _ ->
          problem(401, "UNAUTHENTICATED", "Unauthorized", failure.text());
      case Failure.Forbidden _ -> problem(403, "PERMISSION_DENIED", "Forbidden", failure.text());
      case Failure.Disabled _ -> problem(403, "FAILED_PRECONDITION", "Forbidden", failure.text());
      case Failure.NotFound _ -> problem(404, "NOT_FOUND", "Not Found", failure.text());
      case Failure.AlreadyExists _ -> problem(409, "ALREADY_EXISTS", "Conflict", failure.text());
      case Failure.Conflict _ -> problem(409, "FAILED_PRECONDITION", "Conflict", failure.text());
      case Failure.PreconditionFailed _ ->
          problem(412, "ABORTED", "Precondition Failed", failure.text());
      case Unavailable _ -> problem(503, "UNAVAILABLE", "Service Unavailable", failure.text());
      case Failure.TooManyRequests _ ->
          problem(429, "RESOURCE_EXHAUSTED", "Too Many Requests", failure.text());
    };
  }

  private static JsonObject ofStatus(int status) {
    return switch (status) {
      case 400 -> problem(400, "INVALID_ARGUMENT", "Bad Request", "the request cannot be read");
      case 404 -> problem(404, "NOT_FOUND", "Not Found", "there is no such resource");
      case 405 ->
          problem(405, "UNIMPLEMENTED", "Method Not Allowed", "this resource has no such method");
      case 413 ->
          problem(413, "OUT_OF_RANGE", "Content Too Large", "the body has more than 1048576 bytes");
      case 415 ->
          problem(
              415,
              "INVALID_ARGUMENT",
              "Unsupported Media Type",
              "send the body as application/json and not compressed");
      default ->
          problem(
              500,
              "INTERNAL",
              "Internal Server Error",
              "Internal error: tell the request_id to your administrator");
    };
  }

  private static JsonObject problem(int status, String code, String title, String detail) {
    return new JsonObject()
        .put("type", "about:blank")
        .put("title", title)
        .put("status", status)
        .put("code", code)
        .put("detail", detail);
  }

  private static JsonArray errors(List<Violation> violations) {
    var errors = new JsonArray();
    violations.forEach(
        violation ->
            errors.add(
                new JsonObject()
                    .put("field", violation.field())
                    .put("message", violation.message())));
    return errors;
  }
}
