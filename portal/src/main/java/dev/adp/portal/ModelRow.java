package dev.adp.portal;

import dev.adp.domain.ModelPrice;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** A model that can be selected, with what it costs. */
public record ModelRow(
    String name, boolean selected, boolean overridden, PriceCell input, PriceCell output) {

  /**
   * The catalogue and what people added to it, the selected ones first.
   *
   * @param stored what the provider exposes now, for the prices that it overrides
   */
  static List<ModelRow> picker(
      List<String> selected, List<ModelPrice> catalog, List<ProviderModel> stored) {
    Map<String, Rates> listed = new LinkedHashMap<>();
    catalog.forEach(price -> listed.put(price.model(), price.rates()));
    Map<String, Rates> own = new LinkedHashMap<>();
    stored.forEach(model -> own.put(model.name(), model.customPricing()));
    var names = new LinkedHashSet<>(selected);
    names.addAll(listed.keySet());
    var rows = new ArrayList<ModelRow>();
    for (String name : names) {
      rows.add(
          of(
              name,
              selected.contains(name),
              own.getOrDefault(name, Rates.NONE),
              listed.getOrDefault(name, Rates.NONE)));
    }
    return rows;
  }

  private static ModelRow of(String name, boolean selected, Rates own, Rates listed) {
    return new ModelRow(
        name,
        selected,
        !own.isEmpty(),
        new PriceCell(own.input(), listed.input()),
        new PriceCell(own.output(), listed.output()));
  }
}
