package dev.adp.store;

import dev.adp.domain.Catalogs;
import dev.adp.domain.Rates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Rows of prices, made up from a seed: holes, tiers, service tiers and changes of price. */
record RandomCatalog(Random random) {
  static final List<String> SERVICE_TIERS =
      List.of("", "default", "standard", "batch", "fast", "fast+geo_us", "unheard-of");

  /** Models of a provider type that have rows, and some that have none. */
  static List<String> models(String type) {
    return switch (type) {
      case "BEDROCK" ->
          List.of(
              "anthropic.claude-a-20260101-v1:0",
              "us.anthropic.claude-a",
              "global.anthropic.claude-a-20260101-v1:0",
              "us.other.b",
              "nobody.knows");
      case "OPENAI" -> List.of("a", "b", "b-2026-10-01", "c", "nobody-knows");
      default -> List.of("a", "b", "b-20261001", "c-latest", "nobody-knows");
    };
  }

  String text(String version) {
    var rows = new ArrayList<String>();
    for (String type : List.of("OPENAI", "ANTHROPIC")) {
      rows.add(row(type, "a", ""));
      rows.add(row(type, "b", ""));
      rows.add(row(type, "b", "2026-11-21"));
      rows.add(row(type, "c", "2026-11-20"));
    }
    rows.add(row("BEDROCK", "anthropic.claude-a-20260101-v1:0", ""));
    rows.add(row("BEDROCK", "us.other.b", "2026-11-21"));
    return Catalogs.whole(version, rows.toArray(String[]::new));
  }

  private String row(String type, String model, String day) {
    String tiers = random.nextBoolean() ? "1000:in=%s,out=%s".formatted(usd(), usd()) : "";
    return String.join(
        "\t",
        type,
        model,
        day,
        "0." + (50 + random.nextInt(50)),
        perhaps(usd()),
        perhaps("0.0" + (1 + random.nextInt(9))),
        perhaps(usd()),
        perhaps(usd()),
        tiers.isEmpty() || random.nextBoolean() ? tiers : tiers + " 5000:cr=" + usd(),
        "",
        "",
        perhaps("batch=0.5,fast=6,geo_us=1.1"),
        "a test",
        "");
  }

  /** Rates of a provider's own, for some buckets. */
  Rates own() {
    return new Rates(own(0), own(7), Optional.empty(), own(333_333), own(1));
  }

  private Optional<Long> own(long rate) {
    return random.nextInt(4) == 0 ? Optional.of(rate) : Optional.empty();
  }

  private String perhaps(String cell) {
    return random.nextInt(4) == 0 ? "" : cell;
  }

  /** Such that most costs are no whole microcents. */
  private String usd() {
    return "%d.%08d".formatted(random.nextInt(9), random.nextInt(100_000_000));
  }
}
