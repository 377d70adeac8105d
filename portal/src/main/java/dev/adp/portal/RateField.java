package dev.adp.portal;

import dev.adp.domain.Failure;
import dev.adp.domain.Rates;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A billing bucket whose rate a provider may override, in the order of rate cards. */
public enum RateField {
  INPUT("input_per_million", "Input", "Tool-use input also bills at this rate."),
  OUTPUT("output_per_million", "Output", "Reasoning tokens also bill at this rate."),
  CACHED_INPUT("cached_input_per_million", "Cached input", "Tokens read from prompt cache."),
  CACHE_WRITE_5M(
      "cache_creation_5m_per_million",
      "Cache write (5-minute TTL)",
      "Tokens written to a 5-minute prompt cache."),
  CACHE_WRITE_1H(
      "cache_creation_1h_per_million",
      "Cache write (1-hour TTL)",
      "Tokens written to a 1-hour prompt cache.");

  private static final int USD_SCALE = 8; // One microcent is USD 10⁻⁸.
  private static final int CENTS_SCALE = 2;
  private static final Pattern DECIMAL = Pattern.compile("\\$?([0-9]{1,6}(\\.[0-9]{1,8})?)");

  private final String id;
  private final String label;
  private final String hint;

  RateField(String id, String label, String hint) {
    this.id = id;
    this.label = label;
    this.hint = hint;
  }

  static Optional<RateField> named(String id) {
    return Stream.of(values()).filter(field -> field.id.equals(id)).findFirst();
  }

  /** As the API names it; the id of its field, too. */
  public String id() {
    return id;
  }

  public String label() {
    return label;
  }

  /** What else this rate is for. */
  public String hint() {
    return hint;
  }

  Optional<Long> of(Rates rates) {
    return switch (this) {
      case INPUT -> rates.input();
      case OUTPUT -> rates.output();
      case CACHED_INPUT -> rates.cachedInput();
      case CACHE_WRITE_5M -> rates.cacheWrite5m();
      case CACHE_WRITE_1H -> rates.cacheWrite1h();
    };
  }

  /**
   * What a person typed, in microcents per million tokens.
   *
   * @param text US dollars per million tokens
   * @throws Failure.Invalid naming this field
   */
  long microcents(String text) {
    var decimal = DECIMAL.matcher(text);
    if (!decimal.matches()) {
      throw new Failure.Invalid(
          id, "must be US dollars with a decimal point, for example 2.50; 0 is free");
    }
    long microcents = new BigDecimal(decimal.group(1)).movePointRight(USD_SCALE).longValueExact();
    if (microcents > Rates.RATE_MICROCENTS_MAX) {
      throw new Failure.Invalid(id, "must be at most 10000 dollars per million tokens");
    }
    return microcents;
  }

  /** The same the other way round: every digit, and no more. */
  static String dollars(long microcents) {
    var dollars = BigDecimal.valueOf(microcents, USD_SCALE).stripTrailingZeros();
    return dollars.setScale(Math.max(dollars.scale(), 0)).toPlainString();
  }

  /** The same as a price: cents are always there. */
  static String price(long microcents) {
    var dollars = BigDecimal.valueOf(microcents, USD_SCALE).stripTrailingZeros();
    return dollars.setScale(Math.max(dollars.scale(), CENTS_SCALE)).toPlainString();
  }

  static Rates rates(Map<RateField, Long> microcents) {
    return new Rates(
        Optional.ofNullable(microcents.get(INPUT)),
        Optional.ofNullable(microcents.get(OUTPUT)),
        Optional.ofNullable(microcents.get(CACHED_INPUT)),
        Optional.ofNullable(microcents.get(CACHE_WRITE_5M)),
        Optional.ofNullable(microcents.get(CACHE_WRITE_1H)));
  }
}
