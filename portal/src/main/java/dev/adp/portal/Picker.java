package dev.adp.portal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models of one provider type, to select from.
 *
 * @param slug of the type
 * @param groups rows under their headings
 * @param changed the model whose prices were just changed, or empty
 * @param dialog where the prices of one model are changed now; null when it is closed
 */
public record Picker(
    String slug, List<Group> groups, String changed, @Nullable PricingDialog dialog) {
  /** Where models are a text, one a line. */
  static final Picker NONE = new Picker("", List.of(), "", null);

  /**
   * Models that belong together.
   *
   * @param prefix what their names begin with, or empty
   * @param title what that means, or empty for no heading
   * @param usable whether they can be called from the region of the provider
   */
  public record Group(String prefix, String title, boolean usable, List<ModelRow> rows) {}

  public long offered() {
    return groups.stream().mapToLong(group -> group.rows().size()).sum();
  }

  public long selected() {
    return groups.stream()
        .flatMap(group -> group.rows().stream())
        .filter(ModelRow::selected)
        .count();
  }
}
