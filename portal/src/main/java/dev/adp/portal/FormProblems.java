package dev.adp.portal;

import dev.adp.domain.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Takes what the domain says about API fields to the fields of the provider page, in its order. */
final class FormProblems {
  private static final List<String> COMMON = List.of("display_name", "name", "type");
  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("display_name", "Display name"),
          Map.entry("name", "Resource ID"),
          Map.entry("type", "Provider type"),
          Map.entry("base_url", "Base URL"),
          Map.entry("api_key_ref", "API key reference"),
          Map.entry("region", "Region"),
          Map.entry("credential", "Credential type"),
          Map.entry("access_key_id_ref", "Access key ID reference"),
          Map.entry("secret_access_key_ref", "Secret access key reference"),
          Map.entry("role_arn", "Role ARN"),
          Map.entry("external_id", "External ID"),
          Map.entry("session_name", "Session name"),
          Map.entry("guardrail", "Guardrail"),
          Map.entry("models", "Models"));

  private FormProblems() {}

  static List<Problem> of(List<Violation> violations, ProviderForm form) {
    var problems = new LinkedHashMap<String, Problem>();
    for (Violation violation : violations) {
      String id = id(violation.field(), form);
      problems.putIfAbsent(id, new Problem(id, label(id, form), violation.message()));
    }
    if (!problems.isEmpty()) {
      lost(form).forEach(value -> problems.putIfAbsent(value.id(), value));
    }
    List<String> order = order(form.type());
    var sorted = new ArrayList<>(problems.values());
    sorted.sort(Comparator.comparingInt(problem -> rank(order, problem.id())));
    return sorted;
  }

  /** The values of new secrets: whatever else happens to the form, the page has them no more. */
  static List<Problem> lost(ProviderForm form) {
    return form.secrets().stream()
        .filter(secret -> secret.choice().isNew())
        .map(secret -> secret.id() + SecretField.NEW_VALUE)
        .map(
            id ->
                new Problem(
                    id,
                    label(id, form),
                    "must be entered again: it is never sent back to the page"))
        .toList();
  }

  private static String id(String apiField, ProviderForm form) {
    if (COMMON.contains(apiField)) {
      return apiField;
    }
    if (apiField.startsWith("provider_models")) {
      return form.type() + "_models";
    }
    String id = form.type() + "_" + apiField.substring(apiField.lastIndexOf('.') + 1);
    boolean isNew =
        form.secrets().stream()
            .anyMatch(secret -> secret.id().equals(id) && secret.choice().isNew());
    return isNew ? id + SecretField.NEW_NAME : id;
  }

  private static String label(String id, ProviderForm form) {
    if (id.endsWith(SecretField.NEW_VALUE)) {
      return "Value";
    }
    if (id.endsWith(SecretField.NEW_NAME)) {
      return "Secret name";
    }
    String prefix = form.type() + "_";
    String field =
        id.startsWith(prefix) && !COMMON.contains(id) ? id.substring(prefix.length()) : id;
    return LABELS.getOrDefault(field, field);
  }

  private static List<String> order(String type) {
    Stream<String> own =
        TypeCard.named(type).stream()
            .flatMap(card -> card.fields().stream())
            .map(field -> type + "_" + field)
            .flatMap(id -> Stream.of(id, id + SecretField.NEW_NAME, id + SecretField.NEW_VALUE));
    return Stream.concat(COMMON.stream(), own).toList();
  }

  private static int rank(List<String> order, String id) {
    int place = order.indexOf(id);
    return place == -1 ? order.size() : place;
  }
}
