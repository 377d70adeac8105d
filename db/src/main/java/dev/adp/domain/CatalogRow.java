package dev.adp.domain;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One line of a {@link CatalogFile}: cells in the order of its columns, read one by one. */
final class CatalogRow {
  private static final BigDecimal MICROCENTS_PER_USD = BigDecimal.valueOf(100_000_000);
  private static final int COLUMNS = 14;
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,12})?");
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,11}");
  private static final Set<String> TIER_RATES = Set.of("in", "out", "cr", "cw5m", "cw1h");
  private static final BigDecimal MULTIPLIER_MAX = BigDecimal.valueOf(100);

  private final String[] cells;
  private final List<String> wrong = new ArrayList<>();

  private CatalogRow(String[] cells) {
    this.cells = cells;
  }

  /** Reads a line, or adds what is wrong with it. */
  static Optional<ModelPrice> read(String line, String place, List<Violation> problems) {
    String[] cells = line.split("\t", -1);
    if (cells.length != COLUMNS) {
      problems.add(
          new Violation(place, "must have %d cells, not %d".formatted(COLUMNS, cells.length)));
      return Optional.empty();
    }
    var row = new CatalogRow(cells);
    Optional<ModelPrice> price = row.price();
    row.wrong.forEach(message -> problems.add(new Violation(place, message)));
    return row.wrong.isEmpty() ? price : Optional.empty();
  }

  private Optional<ModelPrice> price() {
    check(
        ProviderConfig.TYPES.contains(cells[0]),
        "provider_type must be one of " + String.join(", ", ProviderConfig.TYPES));
    check(
        !cells[1].isBlank() && isPlain(cells[1]) && RecordedText.of(cells[1]).equals(cells[1]),
        "model must be the name of a model, at most %d bytes long"
            .formatted(RecordedText.BYTES_MAX));
    check(!cells[12].isBlank(), "source must say where the figures come from");
    check(isPlain(cells[12]) && isPlain(cells[13]), "source and note must be plain text");
    Optional<Rates> rates =
        rates(Stream.of(3, 4, 5, 6, 7).map(column -> microcents(cells[column])).toList());
    rates.ifPresent(
        known -> {
          check(known.input().isPresent(), "input must have a rate, 0 when it is free");
          check(
              known.cachedInput().flatMap(c -> known.input().map(i -> c <= i)).orElse(true),
              "cached_input is dearer than input: are two columns swapped?");
        });
    Instant from = day(cells[2]);
    List<ModelPrice.Tier> tiers =
        words(cells[8], " ").flatMap(tier -> tier(tier).stream()).toList();
    check(
        tiers.stream().map(ModelPrice.Tier::abovePromptTokens).distinct().count() == tiers.size(),
        "tiers has a threshold twice");
    Optional<Long> context =
        cells[9].isEmpty() ? Optional.empty() : count(cells[9], "context_tokens");
    List<String> capabilities = words(cells[10], ",").toList();
    check(
        capabilities.stream().allMatch(word -> WORD.matcher(word).matches()),
        "capabilities must be words separated by commas");
    Map<String, BigDecimal> serviceTiers = serviceTiers(cells[11]);
    return rates.map(
        known ->
            new ModelPrice(
                cells[0],
                cells[1],
                from,
                known,
                tiers,
                context,
                capabilities,
                serviceTiers,
                cells[12],
                cells[13]));
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      wrong.add(message);
    }
  }

  private static boolean isPlain(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private static Stream<String> words(String cell, String separator) {
    return Arrays.stream(cell.split(separator, -1)).filter(word -> !word.isEmpty());
  }

  private Instant day(String cell) {
    try {
      return cell.isEmpty()
          ? Instant.EPOCH
          : LocalDate.parse(cell).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException _) {
      check(false, "effective_from must be a day, as 2026-11-24, not \"" + cell + "\"");
      return Instant.EPOCH;
    }
  }

  private Optional<Long> microcents(String usd) {
    if (usd.isEmpty()) {
      return Optional.empty();
    }
    if (!DECIMAL.matcher(usd).matches()) {
      check(false, "a rate must be USD per million tokens, as 0.25, not \"" + usd + "\"");
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(usd).multiply(MICROCENTS_PER_USD).longValueExact());
    } catch (ArithmeticException _) {
      check(false, "a rate must be whole microcents: " + usd + " is not");
      return Optional.empty();
    }
  }

  private Optional<Rates> rates(List<Optional<Long>> r) {
    try {
      return Optional.of(new Rates(r.get(0), r.get(1), r.get(2), r.get(3), r.get(4)));
    } catch (Failure.Invalid e) {
      check(false, e.text());
      return Optional.empty();
    }
  }

  /** A tier, as {@code 272000:in=5,out=22.5,cr=0.5}. */
  private Optional<ModelPrice.Tier> tier(String text) {
    int colon = text.indexOf(':');
    Map<String, String> given = pairs(text.substring(colon + 1));
    if (colon < 1 || given.isEmpty() || !TIER_RATES.containsAll(given.keySet())) {
      check(false, "tiers must be as 272000:in=5,out=22.5,cr=0.5,cw5m=1,cw1h=2, not " + text);
      return Optional.empty();
    }
    Optional<Long> threshold = count(text.substring(0, colon), "the threshold of a tier");
    return rates(
            Stream.of("in", "out", "cr", "cw5m", "cw1h")
                .map(name -> microcents(given.getOrDefault(name, "")))
                .toList())
        .flatMap(rates -> threshold.map(above -> new ModelPrice.Tier(above, rates)));
  }

  private Optional<Long> count(String text, String what) {
    check(COUNT.matcher(text).matches(), what + " must be a number of tokens, not " + text);
    return COUNT.matcher(text).matches() ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  /** Multipliers, as {@code batch=0.5,priority=2}. */
  private Map<String, BigDecimal> serviceTiers(String cell) {
    var multipliers = new LinkedHashMap<String, BigDecimal>();
    pairs(cell)
        .forEach(
            (tier, text) -> {
              boolean good =
                  WORD.matcher(tier).matches()
                      && DECIMAL.matcher(text).matches()
                      && new BigDecimal(text).signum() > 0
                      && new BigDecimal(text).compareTo(MULTIPLIER_MAX) <= 0;
              check(good, "service_tiers must be as batch=0.5,priority=2, not " + cell);
              if (good) {
                multipliers.put(tier, new BigDecimal(text));
              }
            });
    return multipliers;
  }

  private static Map<String, String> pairs(String cell) {
    var pairs = new LinkedHashMap<String, String>();
    words(cell, ",")
        .forEach(
            word -> {
              int equals = word.indexOf('=');
              pairs.put(word.substring(0, Math.max(0, equals)), word.substring(equals + 1));
            });
    return pairs;
  }
}
