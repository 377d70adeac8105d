package dev.adp.portal;

import dev.adp.domain.Rates;
import dev.adp.domain.Violations;
import java.util.List;

/**
 * A model that can be selected, with what it costs.
 *
 * @param overrides the rates that replace the catalogue's, each as {@link TypedRates#lines} has it
 */
public record ModelRow(
    String name, boolean selected, List<String> overrides, PriceCell input, PriceCell output) {

  static ModelRow of(String name, boolean selected, TypedRates typed, Rates listed) {
    Rates own = typed.rates(new Violations());
    return new ModelRow(
        name,
        selected,
        typed.lines(name),
        new PriceCell(own.input(), listed.input()),
        new PriceCell(own.output(), listed.output()));
  }
}
