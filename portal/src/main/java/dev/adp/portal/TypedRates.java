package dev.adp.portal;

import dev.adp.domain.Rates;
import dev.adp.domain.Violations;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rates that a person typed for one model, in US dollars per million tokens, right or wrong. A
 * field that is left blank has no entry: it keeps the rate of the catalogue.
 */
public record TypedRates(Map<RateField, String> texts) {
  static final TypedRates NONE = new TypedRates(Map.of());
  private static final int PARTS = 3;

  /** Stands in for a space in what is no rate anyway: spaces part a line. */
  private static final char NO_BREAK_SPACE = '\u00a0';

  public TypedRates {
    texts = Map.copyOf(texts);
  }

  static TypedRates of(Rates rates) {
    var texts = new EnumMap<RateField, String>(RateField.class);
    for (RateField field : RateField.values()) {
      field.of(rates).ifPresent(rate -> texts.put(field, RateField.dollars(rate)));
    }
    return new TypedRates(texts);
  }

  public boolean isEmpty() {
    return texts.isEmpty();
  }

  String text(RateField field) {
    return texts.getOrDefault(field, "");
  }

  TypedRates with(RateField field, String text) {
    var more = new EnumMap<RateField, String>(RateField.class);
    more.putAll(texts);
    if (text.isEmpty()) {
      more.remove(field);
    } else {
      more.put(field, text);
    }
    return new TypedRates(more);
  }

  /** The rates that can be read; what cannot be is among the violations, by its field. */
  Rates rates(Violations violations) {
    var microcents = new EnumMap<RateField, Long>(RateField.class);
    texts.forEach(
        (field, text) ->
            violations
                .attempt(() -> field.microcents(text))
                .ifPresent(rate -> microcents.put(field, rate)));
    return RateField.rates(microcents);
  }

  /** Each rate as one hidden field of the page: the bucket, the rate and the model. */
  public List<String> lines(String model) {
    return texts.entrySet().stream()
        .map(
            rate ->
                "%s %s %s"
                    .formatted(
                        rate.getKey().id(), rate.getValue().replace(' ', NO_BREAK_SPACE), model))
        .sorted()
        .toList();
  }

  /** Reads such fields, or texts of many; what is none is left out. */
  static Map<String, TypedRates> ofLines(List<String> fields) {
    var byModel = new LinkedHashMap<String, TypedRates>();
    for (String line : fields.stream().flatMap(String::lines).toList()) {
      String[] parts = line.split(" ", PARTS);
      if (parts.length == PARTS) {
        RateField.named(parts[0])
            .ifPresent(
                field ->
                    byModel.merge(
                        parts[2],
                        NONE.with(field, parts[1]),
                        (all, _) -> all.with(field, parts[1])));
      }
    }
    return byModel;
  }
}
