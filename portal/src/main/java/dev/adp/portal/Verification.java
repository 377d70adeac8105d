package dev.adp.portal;

import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a provider's page that tests its connection.
 *
 * @param models to choose from; empty when one is typed
 * @param model what was or will be tested
 * @param needsAuthorization whether the upstream wants the caller's own credential
 * @param outcome what the test found, when there was one
 * @param note why there was none, or empty
 */
public record Verification(
    List<String> models,
    String model,
    boolean needsAuthorization,
    Optional<ConnectionResult> outcome,
    String note) {
  /** As many as a list to choose from may have: a page of long ones must stay small. */
  static final int CHOICES_MAX = 100;

  /** Why the upstream was not called, when it has not answered. */
  private static final Set<Cause> BEFORE_A_CALL =
      Set.of(
          Cause.SECRET_NOT_FOUND,
          Cause.SECRET_UNUSABLE,
          Cause.GUARDRAIL_UNUSABLE,
          Cause.CLIENT_AUTHORIZATION_MISSING,
          Cause.AWS_CREDENTIALS_UNAVAILABLE,
          Cause.ADDRESS_REFUSED,
          Cause.REQUEST_REJECTED,
          Cause.GATEWAY_BUSY);

  static Verification untested(LlmProvider provider) {
    List<String> models = provider.models().stream().map(ProviderModel::name).toList();
    return new Verification(
        models.size() > CHOICES_MAX ? List.of() : models,
        models.isEmpty() ? "" : models.getFirst(),
        provider.config() instanceof ProviderConfig.Anthropic anthropic
            && anthropic.authorizationPassthrough(),
        Optional.empty(),
        "");
  }

  static Verification tested(LlmProvider provider, String model, ConnectionResult outcome) {
    Verification before = untested(provider);
    return new Verification(
        before.models, model, before.needsAuthorization, Optional.of(outcome), "");
  }

  Verification withModel(String value) {
    return new Verification(models, value, needsAuthorization, outcome, note);
  }

  Verification withNote(String value) {
    return new Verification(models, model, needsAuthorization, outcome, value);
  }

  public boolean isTested() {
    return outcome.isPresent();
  }

  public boolean isOk() {
    return outcome.map(ConnectionResult::ok).orElse(false);
  }

  public long latencyMs() {
    return outcome.map(ConnectionResult::latencyMs).orElse(0L);
  }

  /** Whether anything was sent to the upstream. */
  public boolean isCalled() {
    return status() > 0
        || outcome.flatMap(ConnectionResult::cause).filter(BEFORE_A_CALL::contains).isEmpty();
  }

  /** The status of the upstream's answer; zero when there was none. */
  public int status() {
    return outcome.flatMap(ConnectionResult::status).orElse(0);
  }

  public String upstreamMessage() {
    return outcome.map(ConnectionResult::upstreamMessage).orElse("");
  }

  public String advice() {
    return outcome.map(ConnectionResult::advice).orElse("");
  }
}
