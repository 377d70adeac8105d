package dev.adp.portal;

import dev.adp.domain.AwsRegion;
import dev.adp.domain.Guardrail;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Violations;
import java.util.Map;
import java.util.Optional;

/** What a person typed about a guardrail, right or wrong. */
public record GuardrailForm(
    String name,
    String displayName,
    String description,
    String region,
    String identifier,
    String version,
    boolean enabled,
    String etag) {
  static final Map<String, String> LABELS =
      Map.of(
          "name", "Resource ID",
          "display_name", "Display name",
          "description", "Description",
          "region", "Region",
          "guardrail_identifier", "Guardrail identifier",
          "guardrail_version", "Version");
  static final GuardrailForm EMPTY = new GuardrailForm("", "", "", "", "", "", true, "");

  private static final ResourceId ANY_NAME = new ResourceId("x");
  private static final AwsRegion ANY_REGION = new AwsRegion("us-east-1");

  static GuardrailForm of(Request request) {
    String displayName = request.field("display_name");
    String name = request.field("name");
    return new GuardrailForm(
        name.isEmpty() ? ProviderForm.slug(displayName) : name,
        displayName,
        request.field("description"),
        request.field("region"),
        request.field("guardrail_identifier"),
        request.field("guardrail_version"),
        request.ticked("enabled"),
        request.field("etag"));
  }

  static GuardrailForm of(Guardrail guardrail) {
    Guardrail.Draft draft = guardrail.draft();
    return new GuardrailForm(
        draft.name().value(),
        draft.displayName(),
        draft.description(),
        draft.region().value(),
        draft.identifier(),
        draft.guardrailVersion(),
        draft.enabled(),
        guardrail.etag());
  }

  GuardrailForm withEtag(String newer) {
    return new GuardrailForm(
        name, displayName, description, region, identifier, version, enabled, newer);
  }

  /**
   * Reads everything and reports everything that is wrong at once.
   *
   * @throws dev.adp.domain.Failure.Invalid naming fields as the API does
   */
  Guardrail.Draft draft() {
    var violations = new Violations();
    Optional<ResourceId> id = violations.attempt(() -> new ResourceId(name));
    Optional<AwsRegion> in =
        violations.attempt(() -> AwsRegion.of("bedrock_config.region", region));
    Optional<Guardrail.Draft> draft =
        violations.attempt(
            () ->
                new Guardrail.Draft(
                    id.orElse(ANY_NAME),
                    displayName,
                    description,
                    enabled,
                    in.orElse(ANY_REGION),
                    identifier,
                    version));
    violations.throwIfAny();
    return draft.orElseThrow();
  }
}
