package dev.adp.store;

import static dev.adp.domain.Permission.CATALOG_GET;

import dev.adp.domain.Actor;
import dev.adp.domain.ModelPrice;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The price catalogue that ships with the product. */
public final class ModelCatalog {
  private static final String SHIPPED = "/catalog/models.tsv";
  private static final BigDecimal MICROCENTS_PER_USD = BigDecimal.valueOf(100_000_000);
  private static final int COLUMNS = 12;

  private final PriceCatalog catalog;
  private final Clock clock;

  public ModelCatalog(PriceCatalog catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  /** Models of a provider type with the prices that are in force now. */
  public List<ModelPrice> models(Actor actor, String providerType) {
    actor.require(CATALOG_GET);
    return catalog.models(providerType, clock.instant());
  }

  /** The price of one model now. */
  public Optional<ModelPrice> find(Actor actor, String providerType, String model) {
    actor.require(CATALOG_GET);
    return catalog.find(providerType, model, clock.instant());
  }

  /** Reads the catalogue that ships. */
  public static PriceCatalog shipped() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ModelCatalog.class.getResourceAsStream(SHIPPED)),
                StandardCharsets.UTF_8))) {
      return parse(reader.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a catalogue.
   *
   * @throws IllegalArgumentException naming the first line that breaks the format
   */
  static PriceCatalog parse(List<String> lines) {
    String version = "";
    var prices = new ArrayList<ModelPrice>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("# version: ")) {
        version = line.substring("# version: ".length()).strip();
      } else if (!line.startsWith("#") && !line.startsWith("provider_type\t") && !line.isBlank()) {
        try {
          prices.add(row(line));
        } catch (RuntimeException e) {
          throw new IllegalArgumentException("catalogue line %d: %s".formatted(i + 1, line), e);
        }
      }
    }
    if (version.isEmpty()) {
      throw new IllegalArgumentException("catalogue has no line \"# version: …\"");
    }
    return new PriceCatalog(version, prices);
  }

  private static ModelPrice row(String line) {
    String[] cells = Arrays.copyOf(line.split("\t", -1), COLUMNS);
    return new ModelPrice(
        cells[0],
        cells[1],
        cells[2].isEmpty()
            ? Instant.EPOCH
            : LocalDate.parse(cells[2]).atStartOfDay(ZoneOffset.UTC).toInstant(),
        new Rates(
            microcents(cells[3]),
            microcents(cells[4]),
            microcents(cells[5]),
            microcents(cells[6]),
            microcents(cells[7])),
        tiers(cells[8]),
        cells[9].isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(cells[9])),
        cells[10]);
  }

  private static List<ModelPrice.Tier> tiers(String cell) {
    return Arrays.stream(cell.split(" "))
        .filter(tier -> !tier.isEmpty())
        .map(
            tier -> {
              int colon = tier.indexOf(':');
              Map<String, String> rates =
                  Arrays.stream(tier.substring(colon + 1).split(","))
                      .map(rate -> rate.split("=", 2))
                      .collect(Collectors.toMap(rate -> rate[0], rate -> rate[1]));
              return new ModelPrice.Tier(
                  Long.parseLong(tier.substring(0, colon)),
                  new Rates(
                      microcents(rates.getOrDefault("in", "")),
                      microcents(rates.getOrDefault("out", "")),
                      microcents(rates.getOrDefault("cr", "")),
                      microcents(rates.getOrDefault("cw5m", "")),
                      microcents(rates.getOrDefault("cw1h", ""))));
            })
        .toList();
  }

  private static Optional<Long> microcents(String usd) {
    return usd.isEmpty()
        ? Optional.empty()
        : Optional.of(new BigDecimal(usd).multiply(MICROCENTS_PER_USD).longValueExact());
  }
}
