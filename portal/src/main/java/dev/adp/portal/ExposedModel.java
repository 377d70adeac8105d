package dev.adp.portal;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ProviderUsage;
import dev.adp.domain.Rates;
import dev.adp.domain.SpendingStats;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model of one provider with its price and what was spent on it.
 *
 * @param exposed whether callers may use it now; it may still have usage when they may not
 */
public record ExposedModel(
    String name,
    boolean exposed,
    boolean overridden,
    PriceCell input,
    PriceCell output,
    SpendCell spend) {

  /** What the provider lists, and what else was called, by falling spend. */
  static List<ExposedModel> of(
      LlmProvider provider, ProviderUsage usage, Function<String, Optional<ModelPrice>> catalog) {
    var names = new LinkedHashSet<String>();
    provider.models().forEach(model -> names.add(model.name()));
    usage.models().keySet().stream().filter(name -> !name.isEmpty()).sorted().forEach(names::add);
    return names.stream()
        .map(name -> of(provider, name, usage.models().getOrDefault(name, List.of()), catalog))
        .sorted(Comparator.comparingLong(model -> -model.spend().microcents()))
        .toList();
  }

  private static ExposedModel of(
      LlmProvider provider,
      String name,
      List<SpendingStats> days,
      Function<String, Optional<ModelPrice>> catalog) {
    Rates own = provider.model(name).map(ProviderModel::customPricing).orElse(Rates.NONE);
    Rates listed = catalog.apply(name).map(ModelPrice::rates).orElse(Rates.NONE);
    return new ExposedModel(
        name,
        provider.models().isEmpty() || provider.model(name).isPresent(),
        !own.isEmpty(),
        new PriceCell(own.input(), listed.input()),
        new PriceCell(own.output(), listed.output()),
        days.isEmpty()
            ? SpendCell.QUIET
            : SpendCell.of(
                days.stream().map(day -> day.cost().total()).toList(),
                days.stream().mapToLong(day -> day.cost().unpricedTokens()).sum()));
  }
}
