package dev.adp.demo;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.Rates;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.store.ModelCatalog;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Calls that might have been made in the past days: the same each time, marked as samples. */
final class SampleUsage {
  private static final int DAYS = 7;
  private static final int CALLS_PER_HOUR_MAX = 8;
  private static final List<String> AGENTS = List.of("agents/support", "agents/search", "");

  private SampleUsage() {}

  static List<UsageRecord> of(LlmProvider provider, Instant now) {
    var random = new Random(7);
    PriceCatalog catalog = ModelCatalog.shipped();
    var records = new ArrayList<UsageRecord>();
    for (int hour = DAYS * 24; hour > 0; hour--) {
      Instant start = now.minus(Duration.ofHours(hour));
      int calls = 1 + random.nextInt(busy(start) ? CALLS_PER_HOUR_MAX : 2);
      for (int call = 0; call < calls; call++) {
        records.add(record(provider, catalog, random, start.plusSeconds(random.nextInt(3_000))));
      }
    }
    return records;
  }

  private static boolean busy(Instant time) {
    int hour = time.atZone(ZoneOffset.UTC).getHour();
    return hour >= 7 && hour < 18;
  }

  private static UsageRecord record(
      LlmProvider provider, PriceCatalog catalog, Random random, Instant at) {
    String model = provider.models().get(random.nextInt(3) == 0 ? 1 : 0).name();
    String agent = AGENTS.get(random.nextInt(AGENTS.size()));
    boolean failed = random.nextInt(40) == 0;
    Tokens tokens =
        failed
            ? Tokens.NONE
            : new Tokens(
                500 + random.nextInt(6_000),
                100 + random.nextInt(1_500),
                random.nextInt(4_000),
                0,
                0,
                0,
                random.nextInt(800),
                0);
    String type = provider.config().type();
    return new UsageRecord(
        new UUID(random.nextLong(), random.nextLong()),
        at,
        provider.uid(),
        type,
        model,
        model,
        agent.isEmpty() ? "sample" : agent.substring("agents/".length()),
        agent,
        "",
        "SAMPLE /chat/completions",
        random.nextBoolean(),
        failed ? Outcome.UPSTREAM_ERROR : Outcome.OK,
        failed ? 500 : 200,
        UsageState.REPORTED,
        "",
        "",
        200_000L + random.nextInt(4_000_000),
        Optional.of(100_000L + random.nextInt(400_000)),
        2_000,
        4_000,
        tokens,
        Optional.empty(),
        catalog.price(type, model, model, Rates.NONE, tokens, at),
        catalog.version(),
        false,
        "");
  }
}
