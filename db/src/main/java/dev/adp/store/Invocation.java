package dev.adp.store;

import dev.adp.domain.Actor;
import dev.adp.domain.Charges;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Guardrail;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Tokens;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The right to make one call through one provider. Only {@link ProviderSnapshot#invoke} makes
 * these, after its checks: nothing can be called or recorded that was not authorized.
 */
public final class Invocation {
  private final Actor actor;
  private final LlmProvider provider;
  private final Map<ResourceId, Guardrail> guardrails;
  private final Map<SecretRef, String> secrets;
  private final PriceCatalog catalog;

  Invocation(
      Actor actor,
      LlmProvider provider,
      Map<ResourceId, Guardrail> guardrails,
      Map<SecretRef, String> secrets,
      PriceCatalog catalog) {
    this.actor = actor;
    this.provider = provider;
    this.guardrails = guardrails;
    this.secrets = secrets;
    this.catalog = catalog;
  }

  public Actor actor() {
    return actor;
  }

  public LlmProvider provider() {
    return provider;
  }

  /** Whether every model may be called; otherwise {@link #allows} decides. */
  public boolean allowsEveryModel() {
    return provider.models().isEmpty();
  }

  public boolean allows(String model) {
    return allowsEveryModel() || provider.model(model).isPresent();
  }

  /** Whether a model's name is one that the provider lists or the catalogue prices. */
  public boolean knows(String model, Instant at) {
    return provider.model(model).isPresent()
        || catalog.find(provider.config().type(), model, at).isPresent();
  }

  /**
   * The guardrail that the call must pass; empty when the provider has none.
   *
   * @throws Forbidden when the provider has one that takes no calls: none goes past it unguarded
   */
  public Optional<Guardrail> guardrail() {
    return provider
        .config()
        .attachedGuardrail()
        .map(name -> usable(name, Optional.ofNullable(guardrails.get(name))));
  }

  private static Guardrail usable(ResourceId name, Optional<Guardrail> guardrail) {
    Guardrail found =
        guardrail.orElseThrow(() -> new Forbidden("guardrail \"%s\" not found".formatted(name)));
    if (found.state() == Guardrail.State.DELETING) {
      throw new Forbidden("guardrail \"%s\" is being deleted".formatted(name));
    }
    if (!found.draft().enabled()) {
      throw new Forbidden(
          "guardrail \"%s\" of this provider is disabled: no call goes past it".formatted(name));
    }
    return found;
  }

  /** The value of a secret, unless it has gone. */
  public Optional<String> secret(SecretRef name) {
    return Optional.ofNullable(secrets.get(name));
  }

  public String catalogVersion() {
    return catalog.version();
  }

  /**
   * What tokens of this call cost, with the provider's own rates where it has them.
   *
   * @param serviceTier as the upstream reports it; several that hold at once are joined by {@code
   *     +}; empty is the standard one
   */
  public Charges charges(
      String modelAsked, String modelAnswered, String serviceTier, Tokens tokens, Instant at) {
    Rates overrides =
        provider.model(modelAsked).map(ProviderModel::customPricing).orElse(Rates.NONE);
    return Charges.of(
        catalog.tariff(
            provider.config().type(),
            modelAsked,
            modelAnswered,
            serviceTier,
            overrides,
            tokens.prompt(),
            at),
        tokens);
  }

  @Override
  public String toString() {
    return "Invocation[%s, %s]".formatted(actor.name(), provider.name());
  }
}
