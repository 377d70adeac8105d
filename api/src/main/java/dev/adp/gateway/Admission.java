package dev.adp.gateway;

import dev.adp.store.Invocation;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/** Decides whether the model of a call may be used. Where it cannot be sure, it refuses. */
final class Admission {
  private Admission() {}

  /** Refuses what can be refused before the body is read. */
  static Optional<Refusal> ofHead(
      Invocation invocation, HttpServerRequest request, Target target, boolean json) {
    if (invocation.allowsEveryModel()) {
      return Optional.empty();
    }
    if (request.getHeader("content-encoding") != null) {
      return Optional.of(Refusal.compressed());
    }
    return switch (target.model()) {
      case ModelIn.None _ -> Optional.empty();
      case ModelIn.Path(var model) -> unlessListed(invocation, model);
      case ModelIn.Body _ -> json ? Optional.empty() : uncheckable(invocation);
      case ModelIn.Form _, ModelIn.Uncertain _ -> uncheckable(invocation);
    };
  }

  /** Refuses a JSON body whose model is not certainly one of the list. */
  static Optional<Refusal> ofBody(
      Invocation invocation, Dialect dialect, Target target, JsonMembers body) {
    if (invocation.allowsEveryModel() || !(target.model() instanceof ModelIn.Body)) {
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
    return model.isEmpty()
        ? Optional.of(refusal(invocation, "\"model\" must be a string"))
        : unlessListed(invocation, dialect.modelName(model.get()));
  }

  private static Optional<Refusal> unlessListed(Invocation invocation, String model) {
    return invocation.allows(model)
        ? Optional.empty()
        : Optional.of(refusal(invocation, "\"%s\" is not one of them".formatted(model)));
  }

  private static Optional<Refusal> uncheckable(Invocation invocation) {
    return Optional.of(refusal(invocation, "the model of this kind of call cannot be checked"));
  }

  private static Refusal refusal(Invocation invocation, String why) {
    return Refusal.modelNotAllowed(invocation.provider().name().value(), why);
  }
}
