package dev.adp.gateway;

import dev.adp.store.Invocation;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides whether the model of a call may be used. Where it cannot be sure, it refuses. */
final class Admission {
  private static final Set<HttpMethod> WITHOUT_MODEL =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE, HttpMethod.OPTIONS);

  private Admission() {}

  /** Refuses what can be refused before the body is read. */
  static Optional<Refusal> ofHead(
      Invocation invocation, HttpServerRequest request, String path, boolean json) {
    if (invocation.allowsEveryModel()) {
      return Optional.empty();
    }
    if (request.getHeader("content-encoding") != null) {
      return Optional.of(Refusal.compressed());
    }
    if (!isWithoutModel(request) && !(json && OpenAiPaths.takesModel(path))) {
      return Optional.of(refusal(invocation, "the model of this kind of call cannot be checked"));
    }
    return Optional.empty();
  }

  static boolean isWithoutModel(HttpServerRequest request) {
    return WITHOUT_MODEL.contains(request.method());
  }

  /** Refuses a JSON body whose model is not certainly one of the list. */
  static Optional<Refusal> ofBody(Invocation invocation, JsonMembers body) {
    if (invocation.allowsEveryModel()) {
      return Optional.empty();
    }
    if (!body.isObject()) {
      return Optional.of(refusal(invocation, "the body is not one JSON object in UTF-8"));
    }
    List<JsonMembers.Member> models = body.allInAnyCase("model");
    if (models.size() != 1 || !models.getFirst().key().equals("model")) {
      return Optional.of(refusal(invocation, "name exactly one \"model\" in the body"));
    }
    Optional<String> model = models.getFirst().string();
    if (model.isEmpty()) {
      return Optional.of(refusal(invocation, "\"model\" must be a string"));
    }
    return invocation.allows(model.get())
        ? Optional.empty()
        : Optional.of(refusal(invocation, "\"%s\" is not one of them".formatted(model.get())));
  }

  private static Refusal refusal(Invocation invocation, String why) {
    return Refusal.modelNotAllowed(invocation.provider().name().value(), why);
  }
}
