package dev.adp.portal;

import static java.util.stream.Collectors.toMap;

import java.util.List;
import java.util.Map;

/**
 * One thing wrong with one field of a page.
 *
 * @param id of the field
 * @param label the field's own
 */
public record Problem(String id, String label, String text) {
  static Map<String, String> byId(List<Problem> problems) {
    return problems.stream().collect(toMap(Problem::id, Problem::sentence, (a, _) -> a));
  }

  /** The same, with what was most likely meant. */
  Problem orRather(String meant) {
    return new Problem(id, label, "%s. Did you mean %s?".formatted(text, meant));
  }

  /** As it stands alone under the field. */
  String sentence() {
    boolean isWhole = text.endsWith("?");
    return text.startsWith("must ") ? "M" + text.substring(1) + (isWhole ? "" : ".") : text;
  }
}
