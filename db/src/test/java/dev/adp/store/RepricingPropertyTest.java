package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.INVOKER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.anthropic;
import static dev.adp.store.Drafts.bedrock;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.openAi;
import static dev.adp.store.schema.Tables.USAGE_RECORD;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Charges;
import dev.adp.domain.Cost;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Records;
import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is priced later costs what it would have cost at once. */
class RepricingPropertyTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final Instant START = Instant.parse("2026-11-19T12:00:00Z");
  private static final int RECORDS = 600;

  /** Calls that one record tells of: one, or those of a batch. */
  private record Work(
      UUID id,
      String provider,
      String asked,
      String answered,
      String serviceTier,
      Instant at,
      List<Tokens> calls) {
    /** What the gateway would charge now. */
    Charges charges(ProviderSnapshot snapshot) {
      Invocation invocation = snapshot.invoke(INVOKER, provider);
      return calls.stream()
          .map(tokens -> invocation.charges(asked, answered, serviceTier, tokens, at))
          .reduce(Charges::plus)
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsPricedLaterCostsWhatItWouldHaveCostAtOnce(long seed) throws Exception {
    var random = new Random(seed);
    var catalogs = new RandomCatalog(random);
    ProviderSnapshot snapshot = store.snapshot(new PriceCatalog("", List.of()));
    List<LlmProvider> providers = providers(catalogs);
    List<Work> works = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      works.add(work(random, providers.get(random.nextInt(providers.size()))));
    }
    Map<UUID, Charges> before =
        works.stream().collect(toMap(Work::id, work -> work.charges(snapshot)));
    store.record(works.stream().map(work -> record(work, before, snapshot)).toList());

    var _ = store.catalogVersions().offer(ADMIN, catalogs.text("2026-11-24"), "a test");
    try (var repricing = new Repricing(store.database(), snapshot)) {
      Eventually.holds("nothing is left", () -> repricing.pass().equals(Optional.of(0)));
    }

    Map<UUID, Cost> stored =
        store
            .database()
            .list(
                Database.sql.selectFrom(USAGE_RECORD),
                row -> Map.entry(row.getUUID("id"), UsageColumns.cost(row)))
            .stream()
            .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
    int priced = 0;
    for (Work work : works) {
      Cost now = stored.get(work.id());
      Charges then = requireNonNull(before.get(work.id()));
      Cost expected = expected(work.charges(snapshot), then);
      assertThat(now).as(work.toString()).isEqualTo(expected);
      priced += expected.equals(then.cost()) ? 0 : 1;
    }
    assertThat(priced).as("records that got a price").isGreaterThan(RECORDS / 4);
  }

  /** Where some prompts of a batch are long, its record keeps its cost. */
  private static Cost expected(Charges live, Charges before) {
    boolean isMixed =
        live.calls() > 1
            && live.parts().keySet().stream().anyMatch(part -> part.abovePromptTokens() > 0);
    boolean gains = live.cost().unpricedTokens() < before.cost().unpricedTokens();
    return gains && !isMixed ? live.cost() : before.cost();
  }

  private static List<LlmProvider> providers(RandomCatalog catalogs) {
    store.secrets().create(WRITER, key("sk-1"), Map.of());
    var drafts =
        List.of(
            openAi("openai"),
            anthropic("anthropic", "http://localhost:1"),
            bedrock("bedrock", "us-east-1"));
    return drafts.stream()
        .map(
            draft ->
                store
                    .providers()
                    .create(
                        WRITER,
                        draft.withModels(
                            RandomCatalog.models(draft.config().type()).stream()
                                .map(model -> new ProviderModel(model, catalogs.own()))
                                .toList()),
                        List.of()))
        .toList();
  }

  private static Work work(Random random, LlmProvider provider) {
    List<String> models = RandomCatalog.models(provider.config().type());
    String asked = models.get(random.nextInt(models.size()));
    int calls = random.nextInt(3) == 0 ? 2 + random.nextInt(4) : 1;
    var tokens = new ArrayList<Tokens>();
    for (int i = 0; i < calls; i++) {
      tokens.add(tokens(random));
    }
    return new Work(
        new UUID(random.nextLong(), random.nextLong()),
        provider.name().value(),
        asked,
        calls > 1 ? asked : models.get(random.nextInt(models.size())),
        RandomCatalog.SERVICE_TIERS.get(random.nextInt(RandomCatalog.SERVICE_TIERS.size())),
        START.plusMillis(random.nextInt(259_200_000)),
        tokens);
  }

  private static Tokens tokens(Random random) {
    return new Tokens(
        random.nextInt(1_000),
        random.nextInt(500),
        random.nextInt(3) * 400L,
        random.nextInt(2) * 77L,
        random.nextInt(2) * 3_333L,
        random.nextInt(2) * 5L,
        random.nextInt(40),
        random.nextInt(7));
  }

  private static UsageRecord record(
      Work work, Map<UUID, Charges> charges, ProviderSnapshot snapshot) {
    LlmProvider provider = snapshot.invoke(INVOKER, work.provider()).provider();
    Charges spent = requireNonNull(charges.get(work.id()));
    return Records.with(
        new UsageRecords(work.id().getLeastSignificantBits())
            .of(provider.uid(), work.at(), work.asked(), 1),
        Map.of(
            "id", work.id(),
            "providerType", provider.config().type(),
            "modelAnswered", work.answered(),
            "serviceTier", work.serviceTier(),
            "tokens", spent.tokens(),
            "longestPrompt", spent.longestPrompt(),
            "cost", spent.cost()));
  }
}
