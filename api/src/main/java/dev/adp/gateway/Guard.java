package dev.adp.gateway;

import dev.adp.domain.Failure;
import dev.adp.store.Invocation;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;

/** How the guardrail of a provider gets onto a call. */
sealed interface Guard {
  /** There is none to put on. */
  record None() implements Guard {}

  /** In headers. */
  record Headers(BedrockGuardrail guardrail) implements Guard {}

  /** In the body, which must be held for it. */
  record Body(BedrockGuardrail guardrail) implements Guard {}

  /**
   * What a call must carry.
   *
   * @throws Failure.Forbidden when the guardrail takes no calls
   * @throws Refused when a call of this path cannot carry one: none goes past it unguarded
   */
  static Guard of(Invocation invocation, HttpMethod method, String path) {
    if (invocation.provider().config().attachedGuardrail().isEmpty()
        || Dialect.READING.contains(method)) {
      return new None();
    }
    BedrockGuardrail guardrail = new BedrockGuardrail(invocation.guardrail().orElseThrow());
    return switch (BedrockPath.of(path).operation().guarding()) {
      case HEADERS -> new Headers(guardrail);
      case BODY -> new Body(guardrail);
      case NEEDLESS -> new None();
      case IMPOSSIBLE ->
          throw new Refused(
              Refusal.unguarded("this kind of call cannot carry the guardrail of the provider"));
    };
  }

  /** Puts it on the headers of a call that is about to leave. */
  default void puts(MultiMap headers) {
    switch (this) {
      case Headers(var guardrail) -> guardrail.put(headers);
      case Body _, None _ -> {}
    }
  }

  /**
   * Puts it into a body.
   *
   * @param members what was found in the body
   * @throws Refused when that cannot be done safely
   */
  default Buffer puts(Buffer body, JsonMembers members) {
    return switch (this) {
      case Body(var guardrail) -> edited(guardrail.put(body, members));
      case Headers _, None _ -> body;
    };
  }

  /**
   * Puts it into a body that nobody has looked at yet.
   *
   * @throws Refused when that cannot be done safely
   */
  default Buffer puts(Buffer body) {
    var members = new JsonMembers(JsonKeys.of(BedrockGuardrail.MEMBER), 0);
    members.accept(body);
    return puts(body, members);
  }

  private static Buffer edited(Optional<Buffer> body) {
    return body.orElseThrow(
        () ->
            new Refused(
                Refusal.unguarded(
                    "the provider's guardrail needs a body that is one JSON object in UTF-8, not"
                        + " compressed, with at most one plain \"guardrailConfig\"")));
  }
}
