package dev.adp.portal;

import dev.adp.domain.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes what the domain says about API fields to the fields of the provider page, in its order. */
final class FormProblems {
  private static final List<String> ORDER =
      List.of(
          "display_name",
          "name",
          "type",
          "base_url",
          "api_key_ref",
          "new_name",
          "new_value",
          "models");
  private static final Map<String, String> LABELS =
      Map.of(
          "display_name", "Display name",
          "name", "Resource ID",
          "type", "Provider type",
          "base_url", "Base URL",
          "api_key_ref", "API key reference",
          "new_name", "Secret name",
          "new_value", "Value",
          "models", "Models");

  private FormProblems() {}

  static List<Problem> of(List<Violation> violations, ProviderForm form) {
    var problems = new LinkedHashMap<String, Problem>();
    for (Violation violation : violations) {
      String field = field(violation.field(), form.chosen().key().isNew());
      String id = ORDER.indexOf(field) < 3 ? field : form.type() + "_" + field;
      problems.putIfAbsent(
          id, new Problem(id, LABELS.getOrDefault(field, field), violation.message()));
    }
    if (form.chosen().key().isNew() && !problems.isEmpty()) {
      String id = form.type() + "_new_value";
      problems.putIfAbsent(
          id, new Problem(id, "Value", "must be entered again: it is never sent back to the page"));
    }
    var sorted = new ArrayList<>(problems.values());
    sorted.sort(Comparator.comparingInt(problem -> rank(problem.id())));
    return sorted;
  }

  private static String field(String apiField, boolean newSecret) {
    String last = apiField.substring(apiField.lastIndexOf('.') + 1);
    if (apiField.startsWith("provider_models")) {
      return "models";
    }
    return switch (last) {
      case "api_key_ref" -> newSecret ? "new_name" : "api_key_ref";
      case "secret" -> "new_name";
      case "secret_data" -> "new_value";
      default -> last;
    };
  }

  private static int rank(String id) {
    for (int i = 0; i < ORDER.size(); i++) {
      if (id.endsWith(ORDER.get(i)) && (i > 2 || id.equals(ORDER.get(i)))) {
        return i;
      }
    }
    return ORDER.size();
  }
}
