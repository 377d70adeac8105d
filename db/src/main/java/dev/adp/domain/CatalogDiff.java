package dev.adp.domain;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a new catalogue changes in the one in force, row by row.
 *
 * @param changes in the order of the new file, rows that vanish last
 */
public record CatalogDiff(List<Change> changes) {
  private static final BigDecimal FACTOR_HELD = BigDecimal.TWO;

  /** What becomes of a row. */
  public enum Kind {
    ADDED,
    CHANGED,
    REMOVED
  }

  /**
   * A row that differs.
   *
   * @param before empty when it is new
   * @param after empty when it vanishes
   * @param heldBecause why an administrator must see it first; empty when he need not
   */
  public record Change(
      Kind kind, Optional<ModelPrice> before, Optional<ModelPrice> after, String heldBecause) {
    /** The row that is left, or was there. */
    public ModelPrice row() {
      return after.or(() -> before).orElseThrow();
    }

    public boolean held() {
      return !heldBecause.isEmpty();
    }
  }

  private record Key(String providerType, String model, Instant effectiveFrom) {}

  public CatalogDiff {
    changes = List.copyOf(changes);
  }

  /**
   * Compares two catalogues. Held are rows that vanish, and prices that move more than twofold
   * without a date of their own, from today on. A new row with such a date is what a change of
   * prices should look like.
   *
   * @param now decides which rows are in force
   */
  public static CatalogDiff between(PriceCatalog before, PriceCatalog after, Instant now) {
    Map<Key, ModelPrice> old = byKey(before);
    Map<Key, ModelPrice> fresh = byKey(after);
    var changes = new ArrayList<Change>();
    fresh.forEach(
        (key, row) -> {
          Optional<ModelPrice> was = Optional.ofNullable(old.get(key));
          if (was.isEmpty()) {
            changes.add(
                new Change(Kind.ADDED, was, Optional.of(row), heldAddition(before, row, now)));
          } else if (!was.get().equals(row)) {
            String held = moved(was.get(), row) ? "a price moves more than twofold" : "";
            changes.add(new Change(Kind.CHANGED, was, Optional.of(row), held));
          }
        });
    old.forEach(
        (key, row) -> {
          if (!fresh.containsKey(key)) {
            changes.add(
                new Change(Kind.REMOVED, Optional.of(row), Optional.empty(), "the row vanishes"));
          }
        });
    return new CatalogDiff(changes);
  }

  private static Map<Key, ModelPrice> byKey(PriceCatalog catalog) {
    var rows = new LinkedHashMap<Key, ModelPrice>();
    catalog
        .rows()
        .forEach(
            row -> rows.put(new Key(row.providerType(), row.model(), row.effectiveFrom()), row));
    return rows;
  }

  /**
   * A row for days that have passed is a change of the row that held on them: it acts at once,
   * without the notice that a date gives. Where none held, it is a change of those after it.
   */
  private static String heldAddition(PriceCatalog before, ModelPrice row, Instant now) {
    if (!row.effectiveFrom().isBefore(now.truncatedTo(ChronoUnit.DAYS))) {
      return "";
    }
    List<ModelPrice> others =
        before.rows().stream()
            .filter(other -> other.providerType().equals(row.providerType()))
            .filter(other -> other.model().equals(row.model()))
            .filter(other -> !other.effectiveFrom().isAfter(now))
            .toList();
    Optional<ModelPrice> held =
        others.stream()
            .filter(other -> !other.effectiveFrom().isAfter(row.effectiveFrom()))
            .max(Comparator.comparing(ModelPrice::effectiveFrom));
    return held.map(List::of).orElse(others).stream().anyMatch(other -> moved(other, row))
        ? "a price moves more than twofold"
        : "";
  }

  private static boolean moved(ModelPrice before, ModelPrice after) {
    return moved(before.rates(), after.rates())
        || tiersMoved(before, after)
        || !before.serviceTiers().entrySet().stream()
            .allMatch(
                tier ->
                    Optional.ofNullable(after.serviceTiers().get(tier.getKey()))
                        .filter(factor -> !moved(tier.getValue(), factor))
                        .isPresent());
  }

  /** Compares what prompts of the sizes cost at which either of the rows changes its rates. */
  private static boolean tiersMoved(ModelPrice before, ModelPrice after) {
    return Stream.of(before, after)
        .flatMap(row -> row.tiers().stream())
        .map(tier -> tier.abovePromptTokens() + 1)
        .anyMatch(prompt -> moved(before.ratesFor(prompt), after.ratesFor(prompt)));
  }

  private static boolean moved(Rates before, Rates after) {
    List<Function<Rates, Optional<Long>>> buckets =
        List.of(
            Rates::input,
            Rates::output,
            Rates::cachedInput,
            Rates::cacheWrite5m,
            Rates::cacheWrite1h);
    return buckets.stream()
        .anyMatch(
            bucket ->
                bucket
                    .apply(before)
                    .map(
                        was ->
                            bucket
                                .apply(after)
                                .map(is -> moved(BigDecimal.valueOf(was), BigDecimal.valueOf(is)))
                                .orElse(true))
                    .orElse(false));
  }

  private static boolean moved(BigDecimal was, BigDecimal is) {
    return was.max(is).compareTo(FACTOR_HELD.multiply(was.min(is))) > 0;
  }

  /** Whether an administrator must approve it. */
  public boolean held() {
    return changes.stream().anyMatch(Change::held);
  }

  /** How many rows of each kind there are. */
  public Map<Kind, Long> counts() {
    return changes.stream().collect(groupingBy(Change::kind, counting()));
  }
}
