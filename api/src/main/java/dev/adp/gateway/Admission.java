package dev.adp.gateway;

import dev.adp.store.Invocation;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/** Decides whether the model of a call may be used. Where it cannot be sure, it refuses. */
final class Admission {
  /** Members by which routers among the upstreams turn to other models than the one named. */
  private static final List<String> SUBSTITUTES = List.of("models", "fallbacks");

  private Admission() {}

  /**
   * Refuses what can be refused before the body is read.
   *
   * @param readable whether the body is one that is looked into
   */
  static Optional<Refusal> ofHead(
      Invocation invocation, HttpServerRequest request, Target target, boolean readable) {
    if (invocation.allowsEveryModel()) {
      return Optional.empty();
    }
    if (request.getHeader("content-encoding") != null) {
      return Optional.of(Refusal.compressed());
    }
    if (ClientHeaders.namesAnotherCharset(request.getHeader("content-type"))) {
      return Optional.of(refusal(invocation, "the body must be in UTF-8"));
    }
    if (ClientHeaders.namesAnotherMethod(request.headers())) {
      return Optional.of(refusal(invocation, "a header names another method than the call has"));
    }
    return switch (target.model()) {
      case ModelIn.None _ -> Optional.empty();
      case ModelIn.Path(var model) -> unlessListed(invocation, model);
      case ModelIn.Body _, ModelIn.Form _, ModelIn.File _ ->
          readable ? Optional.empty() : uncheckable(invocation);
      case ModelIn.Uncertain _ -> uncheckable(invocation);
    };
  }

  /** Refuses a JSON body whose model is not certainly one of the list. */
  static Optional<Refusal> ofBody(
      Invocation invocation, Dialect dialect, Target target, JsonMembers body) {
    if (invocation.allowsEveryModel()) {
      return Optional.empty();
    }
    return switch (target.model()) {
      case ModelIn.None _, ModelIn.Uncertain _ -> Optional.empty();
      case ModelIn.Body _, ModelIn.Form _ -> ofBody(invocation, dialect, body, true);
      case ModelIn.Path _ -> ofBody(invocation, dialect, body, false);
      case ModelIn.File _ ->
          ofPurposes(
              invocation,
              body.isObject(),
              body.allInAnyCase(FormParts.PURPOSE).stream().map(JsonMember::string).toList());
    };
  }

  /** Refuses a form whose model is not certainly one of the list. */
  static Optional<Refusal> ofForm(
      Invocation invocation, Dialect dialect, Target target, FormParts form) {
    if (target.model() instanceof ModelIn.File) {
      return ofPurposes(
          invocation,
          form.certain(),
          form.all(FormParts.PURPOSE).stream().map(FormParts.Part::value).toList());
    }
    if (!form.certain()) {
      return Optional.of(refusal(invocation, "the form is spelled in an unusual way"));
    }
    List<FormParts.Part> models = form.all(FormParts.MODEL);
    if (models.size() != 1 || !models.getFirst().name().equals(FormParts.MODEL)) {
      return Optional.of(refusal(invocation, "name exactly one \"model\" in the form"));
    }
    Optional<String> model = models.getFirst().value();
    return model.isEmpty()
        ? Optional.of(refusal(invocation, "\"model\" must be a text"))
        : unlessListed(invocation, dialect.modelName(model.get()));
  }

  /** A batch's file has calls in it, whose models nobody looks at. */
  private static Optional<Refusal> ofPurposes(
      Invocation invocation, boolean certain, List<Optional<String>> purposes) {
    boolean harmless =
        certain
            && purposes.size() == 1
            && purposes
                .getFirst()
                .filter(purpose -> !purpose.strip().equalsIgnoreCase("batch"))
                .isPresent();
    return harmless
        ? Optional.empty()
        : Optional.of(
            refusal(
                invocation,
                "a file must name one \"purpose\", and the lines of a batch cannot be checked"));
  }

  /**
   * @param required whether nothing but the body names a model; what names another one besides the
   *     path may be looked at by some upstream, so it must be listed as well
   */
  private static Optional<Refusal> ofBody(
      Invocation invocation, Dialect dialect, JsonMembers body, boolean required) {
    if (!body.isObject()) {
      return Optional.of(refusal(invocation, "the body is not one JSON object in UTF-8"));
    }
    for (String substitutes : SUBSTITUTES) {
      if (!body.allInAnyCase(substitutes).isEmpty()) {
        return Optional.of(
            refusal(invocation, "\"%s\" names further models".formatted(substitutes)));
      }
    }
    List<JsonMember> models = body.allInAnyCase("model");
    if (models.isEmpty() && !required) {
      return Optional.empty();
    }
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
