package dev.adp.terraform.redpanda;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.TreeMap;

/** Prices: USD per million tokens for people, microcents on the wire, exact in both. */
final class Prices {
  /** Names of the rates, the same in both. */
  private static final List<String> RATES =
      List.of(
          "input_per_million",
          "output_per_million",
          "cached_input_per_million",
          "cache_creation_5m_per_million",
          "cache_creation_1h_per_million");

  /** How far behind the point of a microcent nobody has meant anything. */
  private static final int NOISE_DECIMALS = 30;

  private static final List<String> WHAT =
      List.of(
          "input tokens",
          "output tokens",
          "input tokens that were read from a cache",
          "tokens that were written to a cache for five minutes",
          "tokens that were written to a cache for an hour");

  private Prices() {}

  /** The rates, as attributes of a configuration. */
  static List<Attribute> attributes() {
    return java.util.stream.IntStream.range(0, RATES.size())
        .mapToObj(
            i ->
                Attribute.optional(
                        RATES.get(i),
                        Type.NUMBER,
                        "USD per million %s. Absent: the rate of the catalogue; 0: free."
                            .formatted(WHAT.get(i)))
                    .where(Texts.USD)
                    .sameWhen(Prices::areSame))
        .toList();
  }

  private static BigDecimal microcents(BigDecimal usd) {
    return usd.movePointRight(Texts.USD_DECIMALS_MAX).setScale(0, RoundingMode.HALF_EVEN);
  }

  /**
   * Whether there are no parts of a microcent. Terraform calculates with binary fractions of 512
   * bits: what is left over when 0.15 * 1.2 is not quite 0.18 is none.
   */
  static boolean areWholeMicrocents(BigDecimal usd) {
    BigDecimal rest = usd.movePointRight(Texts.USD_DECIMALS_MAX).subtract(microcents(usd));
    return rest.signum() == 0 || rest.precision() - rest.scale() < -NOISE_DECIMALS;
  }

  /**
   * Whether it is neither less than nothing nor more than this, as {@link #microcents} it is sent.
   */
  static boolean areAtMost(BigDecimal usd, long usdMax) {
    BigDecimal sent = microcents(usd);
    return sent.signum() >= 0
        && sent.compareTo(BigDecimal.valueOf(usdMax).movePointRight(Texts.USD_DECIMALS_MAX)) <= 0;
  }

  private static boolean areSame(Value a, Value b) {
    return a instanceof Value.Numeric(var one)
        && b instanceof Value.Numeric(var other)
        && microcents(one).compareTo(microcents(other)) == 0;
  }

  static JsonObject toMicrocents(Value.Structure usd) {
    var json = new JsonObject();
    for (String rate : RATES) {
      usd.number(rate)
          .ifPresent(
              value -> json.addProperty(rate, microcents(value).toBigIntegerExact().toString()));
    }
    return json;
  }

  static Value toUsd(JsonElement microcents) {
    if (microcents == null || !microcents.isJsonObject()) {
      return Value.Null.NULL;
    }
    var usd = new TreeMap<String, Value>();
    for (String rate : RATES) {
      JsonElement value = microcents.getAsJsonObject().get(rate);
      usd.put(
          rate,
          value == null || value.isJsonNull()
              ? Value.Null.NULL
              : Value.number(
                  new BigDecimal(value.getAsString()).movePointLeft(Texts.USD_DECIMALS_MAX)));
    }
    return new Value.Structure(usd);
  }
}
