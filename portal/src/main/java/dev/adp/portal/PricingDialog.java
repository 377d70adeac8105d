package dev.adp.portal;

import dev.adp.domain.Rates;
import dev.adp.domain.Violation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the prices of one model are overridden, a line for each billing bucket. */
public record PricingDialog(String model, List<Line> lines) {
  private static final int PERCENT = 100;

  /**
   * One bucket.
   *
   * @param typed what the person typed; blank keeps the catalogue's rate
   * @param listed the catalogue's rate in microcents
   * @param problem what is wrong with what was typed, or empty
   */
  public record Line(RateField field, String typed, Optional<Long> listed, String problem) {
    public String placeholder() {
      return listed.map(RateField::price).orElse("No rate");
    }

    public boolean isListed() {
      return listed.isPresent();
    }

    public long listedRate() {
      return listed.orElseThrow();
    }

    public boolean isOwn() {
      return !typed.isEmpty() && problem.isEmpty();
    }

    public boolean isFree() {
      return isOwn() && field.microcents(typed) == 0;
    }

    /** How far the own rate is from the catalogue's; empty when there is nothing to compare. */
    public String difference() {
      if (!isOwn() || isFree() || listed.isEmpty() || listed.get() == 0) {
        return "";
      }
      var ratio =
          BigDecimal.valueOf(field.microcents(typed) - listed.get())
              .multiply(BigDecimal.valueOf(PERCENT))
              .divide(BigDecimal.valueOf(listed.get()), 0, RoundingMode.HALF_EVEN);
      return (ratio.signum() < 0 ? "−" : "+") + ratio.abs() + "%";
    }
  }

  static PricingDialog of(String model, TypedRates typed, Rates listed, List<Violation> wrong) {
    return new PricingDialog(
        model,
        Stream.of(RateField.values())
            .map(
                field ->
                    new Line(
                        field,
                        typed.text(field),
                        field.of(listed),
                        wrong.stream()
                            .filter(violation -> violation.field().equals(field.id()))
                            .map(violation -> new Problem("", "", violation.message()).sentence())
                            .findFirst()
                            .orElse("")))
            .toList());
  }
}
