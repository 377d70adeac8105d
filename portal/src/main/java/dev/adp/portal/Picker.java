package dev.adp.portal;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models of one provider type, to select from.
 *
 * @param slug of the type
 * @param groups rows under their headings
 * @param changed the model whose prices were just changed, or empty
 * @param dialog where the prices of one model are changed now; null when it is closed
 * @param unseen what a part of a long table does not show
 */
public record Picker(
    String slug,
    List<Group> groups,
    String changed,
    @Nullable PricingDialog dialog,
    Unseen unseen) {
  /** Where models are a text, one a line. */
  static final Picker NONE = new Picker("", List.of(), "", null, Unseen.NONE);

  /**
   * Models that belong together.
   *
   * @param prefix what their names begin with, or empty
   * @param title what that means, or empty for no heading
   * @param usable whether they can be called from the region of the provider
   */
  public record Group(String prefix, String title, boolean usable, List<ModelRow> rows) {
    Group with(List<ModelRow> some) {
      return new Group(prefix, title, usable, some);
    }
  }

  /**
   * What a part of a long table does not show of it.
   *
   * @param before models that are selected in the parts before this one
   * @param after those in the parts behind it
   * @param rates of models in the other parts, as {@link TypedRates#lines} has them
   * @param pager where this part is; null when it is all
   */
  public record Unseen(
      List<String> before, List<String> after, List<String> rates, @Nullable Pager pager) {
    static final Unseen NONE = new Unseen(List.of(), List.of(), List.of(), null);

    /** Those of the models whose names have commas, which part what is typed. */
    public List<String> whole() {
      return Stream.concat(before.stream(), after.stream())
          .filter(name -> name.contains(","))
          .toList();
    }
  }

  Picker part(List<Group> shown, Unseen others) {
    return new Picker(slug, shown, changed, dialog, others);
  }

  public long offered() {
    return unseen.pager == null
        ? groups.stream().mapToLong(group -> group.rows().size()).sum()
        : unseen.pager.total();
  }

  public long selected() {
    long shown =
        groups.stream().flatMap(group -> group.rows().stream()).filter(ModelRow::selected).count();
    return shown + unseen.before.size() + unseen.after.size();
  }
}
