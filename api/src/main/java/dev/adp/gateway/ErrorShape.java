package dev.adp.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The shapes in which the SDKs of the providers expect an error, so that each raises its own typed
 * exception. The surface that was called decides, since a caller who is not known yet is not told
 * what type a provider has.
 */
enum ErrorShape {
  OPENAI {
    @Override
    JsonObject body(Refusal refusal) {
      return new JsonObject()
          .put(
              "error",
              new JsonObject()
                  .put("message", refusal.message())
                  .put("type", openAiType(refusal.status()))
                  .putNull("param")
                  .put("code", refusal.code()));
    }
  },
  ANTHROPIC {
    @Override
    JsonObject body(Refusal refusal) {
      return new JsonObject()
          .put("type", "error")
          .put(
              "error",
              new JsonObject()
                  .put("type", anthropicType(refusal.status()))
                  .put("message", refusal.message()));
    }
  },
  GOOGLE {
    @Override
    JsonObject body(Refusal refusal) {
      return new JsonObject()
          .put(
              "error",
              new JsonObject()
                  .put("code", refusal.status())
                  .put("message", refusal.message())
                  .put("status", googleStatus(refusal.status()))
                  .put(
                      "details",
                      new JsonArray()
                          .add(
                              new JsonObject()
                                  .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
                                  .put("reason", refusal.code().toUpperCase(Locale.ROOT))
                                  .put("domain", "adp"))));
    }
  },
  AWS {
    @Override
    JsonObject body(Refusal refusal) {
      return new JsonObject().put("message", refusal.message());
    }

    @Override
    void headers(Refusal refusal, MultiMap headers) {
      headers.set("x-amzn-errortype", awsType(refusal.status()));
    }
  };

  /** What the paths of Bedrock's own operations begin with; no other provider has such. */
  private static final List<String> BEDROCK = List.of("/model/", "/async-invoke", "/guardrail/");

  private static final Pattern GEMINI_MODEL =
      Pattern.compile("/v1/(models|tunedModels)/[^/]+:[A-Za-z]+");

  abstract JsonObject body(Refusal refusal);

  /** Headers that belong to the shape. */
  void headers(Refusal refusal, MultiMap headers) {}

  /**
   * The shape of the surface that is being called, told by its path and, where two providers share
   * one, by headers that only one of their SDKs sends.
   *
   * @param path below the provider
   */
  static ErrorShape of(String path, MultiMap headers) {
    for (String beginning : BEDROCK) {
      if (path.startsWith(beginning)) {
        return AWS;
      }
    }
    String plain = PathText.plain(path);
    boolean openAiStyle = plain.endsWith("/chat/completions") || plain.contains("/openai/");
    if (!openAiStyle && (headers.contains("anthropic-version") || isMessages(plain))) {
      return ANTHROPIC;
    }
    if (!openAiStyle && (headers.contains("x-goog-api-key") || isGemini(plain))) {
      return GOOGLE;
    }
    return OPENAI;
  }

  private static boolean isMessages(String path) {
    return path.equals("/messages")
        || path.startsWith("/messages/")
        || path.startsWith("/v1/messages")
        || path.startsWith("/anthropic/");
  }

  private static boolean isGemini(String path) {
    return path.startsWith("/v1beta")
        || path.startsWith("/v1alpha")
        || path.startsWith("/upload/")
        || GEMINI_MODEL.matcher(path).matches();
  }

  private static String openAiType(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private static String anthropicType(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 503 -> "overloaded_error";
      case 504 -> "timeout_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }

  private static String googleStatus(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 409 -> "ABORTED";
      case 412 -> "FAILED_PRECONDITION";
      case 413 -> "OUT_OF_RANGE";
      case 500 -> "INTERNAL";
      case 501 -> "UNIMPLEMENTED";
      case 502, 503 -> "UNAVAILABLE";
      default -> "INVALID_ARGUMENT";
    };
  }

  private static String awsType(int status) {
    return switch (status) {
      case 401 -> "UnrecognizedClientException";
      case 403 -> "AccessDeniedException";
      case 404 -> "ResourceNotFoundException";
      case 408 -> "ModelTimeoutException";
      case 503 -> "ServiceUnavailableException";
      default -> status < 500 ? "ValidationException" : "InternalServerException";
    };
  }
}
