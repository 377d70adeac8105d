package dev.adp.portal;

import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.Violations;
import java.util.Map;
import java.util.Optional;

/** What a person typed about a service account, right or wrong. */
public record AccountForm(
    String name, String displayName, String role, boolean agent, String etag) {
  static final Map<String, String> LABELS =
      Map.of("name", "Name", "display_name", "Display name", "role", "Role");
  static final AccountForm EMPTY =
      new AccountForm("", "", Role.LLM_PROVIDER_INVOKER.displayName(), false, "");

  private static final ResourceId ANY_NAME = new ResourceId("x");

  static AccountForm of(Request request) {
    String displayName = request.field("display_name");
    String name = request.field("name");
    return new AccountForm(
        name.isEmpty() ? ProviderForm.slug(displayName) : name,
        displayName,
        request.field("role"),
        request.ticked("agent"),
        request.field("etag"));
  }

  static AccountForm of(ServiceAccount account) {
    ServiceAccount.Draft draft = account.draft();
    return new AccountForm(
        draft.name().value(),
        draft.displayName(),
        draft.role().displayName(),
        draft.agent(),
        account.etag());
  }

  AccountForm withEtag(String newer) {
    return new AccountForm(name, displayName, role, agent, newer);
  }

  /**
   * Reads everything and reports everything that is wrong at once.
   *
   * @throws dev.adp.domain.Failure.Invalid naming fields as the API does
   */
  ServiceAccount.Draft draft() {
    var violations = new Violations();
    Optional<ResourceId> id = violations.attempt(() -> new ResourceId(name));
    Optional<Role> chosen = violations.attempt(() -> Role.of("role", role));
    Optional<ServiceAccount.Draft> draft =
        violations.attempt(
            () ->
                new ServiceAccount.Draft(
                    id.orElse(ANY_NAME), displayName, chosen.orElse(Role.READER), agent));
    violations.throwIfAny();
    return draft.orElseThrow();
  }
}
