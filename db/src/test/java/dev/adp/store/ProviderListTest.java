package dev.adp.store;

import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.compatible;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.models;
import static dev.adp.store.Drafts.openAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.ListOrder;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.Page;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderOverview;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Slice;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderListTest {
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final LlmProviders providers = store.providers();

  @BeforeEach
  void fourProviders() {
    store.secrets().create(WRITER, key("sk-1"), Map.of());
    create(openAi("alpha").withModels(models("gpt-5", "gpt-4o")));
    create(openAi("gamma").withEnabled(false).withModels(models("gpt-5")));
    create(compatible("beta-100", "http://localhost:1/v1", true));
    create(compatible("beta-200", "http://localhost:2/v1", true).withModels(models("llama")));
  }

  @Test
  void theNewestComesFirst() {
    assertThat(names(ProviderQuery.ALL)).containsExactly("beta-200", "beta-100", "gamma", "alpha");
  }

  @ParameterizedTest
  @CsvSource({
    "CREATED, alpha gamma beta-100 beta-200",
    "CREATED_DESC, beta-200 beta-100 gamma alpha",
    "NAME, alpha beta-100 beta-200 gamma",
    "NAME_DESC, gamma beta-200 beta-100 alpha",
    "UPDATED, gamma beta-100 beta-200 alpha",
    "UPDATED_DESC, alpha beta-200 beta-100 gamma",
    "DISPLAY_NAME, alpha beta-100 beta-200 gamma",
    "DISPLAY_NAME_DESC, gamma beta-200 beta-100 alpha",
  })
  void aListIsInTheOrderAskedFor(ListOrder order, String expected) {
    providers.update(
        WRITER,
        new ResourceId("alpha"),
        _ -> true,
        draft -> draft.withEnabled(!draft.enabled()),
        List.of());
    assertThat(names(query(Set.of(), Optional.empty(), "", "", order)))
        .containsExactly(expected.split(" ", -1));
  }

  @ParameterizedTest
  @EnumSource(ListOrder.class)
  void pagesOfOneRowShowEachProviderOnce(ListOrder order) {
    ProviderQuery query = query(Set.of(), Optional.empty(), "", "", order);
    assertThat(walk(query, 1, _ -> {})).isEqualTo(names(query)).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "beta, 2",
    "BETA-1, 1",
    "display, 4", // Part of the display names only.
    "%, 0",
    "_, 0",
    "\\, 0",
    "''' or true --', 0",
  })
  void aNameIsFoundByAnyPartInAnyCaseAndTakenLiterally(String part, int found) {
    assertThat(names(query(Set.of(), Optional.empty(), part, "", ListOrder.NAME))).hasSize(found);
  }

  @Test
  void filtersNarrowTogether() {
    assertThat(names(query(Set.of("OPENAI"), Optional.empty(), "", "", ListOrder.NAME)))
        .containsExactly("alpha", "gamma");
    assertThat(names(query(Set.of(), Optional.of(false), "", "", ListOrder.NAME)))
        .containsExactly("gamma");
    assertThat(names(query(Set.of(), Optional.empty(), "", "gpt-5", ListOrder.NAME)))
        .containsExactly("alpha", "gamma");
    assertThat(names(query(Set.of("OPENAI"), Optional.of(true), "a", "gpt-5", ListOrder.NAME)))
        .containsExactly("alpha");
    assertThat(names(query(Set.of(), Optional.empty(), "", "gpt", ListOrder.NAME))).isEmpty();
  }

  @Test
  void everyPageTellsTheSizeOfTheWholeListEvenOneBeyondItsEnd() {
    assertThat(page(2, 0).total()).isEqualTo(4);
    assertThat(page(2, 3).total()).isEqualTo(4);
    assertThat(page(2, 4)).isEqualTo(new Page<ProviderOverview>(List.of(), 4));
  }

  @ParameterizedTest
  @EnumSource(ListOrder.class)
  void whatComesAndGoesBetweenTwoPagesNeitherRepeatsNorHidesTheOthers(ListOrder order) {
    ProviderQuery query = query(Set.of(), Optional.empty(), "", "", order);
    List<String> before = names(query);
    List<String> seen =
        walk(
            query,
            1,
            page -> {
              if (page == 2) {
                providers.delete(WRITER, new ResourceId(before.getFirst()), _ -> true);
                create(openAi("aaa"));
                create(openAi("zzz"));
              }
            });
    assertThat(seen).doesNotHaveDuplicates().containsSubsequence(before);
  }

  @Test
  void aPlaceOfAnotherOrderIsRefused() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                providers.list(READER, ProviderQuery.ALL, 1, Optional.of(PageKey.ofName("alpha"))))
        .withMessageStartingWith("page_token");
  }

  @Test
  void whatWasDeletedIsNotListed() {
    providers.delete(WRITER, new ResourceId("alpha"), _ -> true);
    assertThat(names(ProviderQuery.ALL)).doesNotContain("alpha").hasSize(3);
    assertThat(page(10, 0).total()).isEqualTo(3);
  }

  @Test
  void aPageIsOneStatementWhateverItsNumberOfRows() {
    var counting = new CountingPool(store.pool(1));
    var counted =
        new LlmProviders(
            new Database(counting.pool()),
            store.secrets(),
            Upstreams.LOCAL,
            clock,
            UUID::randomUUID);
    assertThat(counted.list(READER, ProviderQuery.ALL, 10, Optional.empty()).rows()).hasSize(4);
    assertThat(counting.statements()).isEqualTo(1);
    assertThat(counted.overviews(READER, ProviderQuery.ALL, 10, 0, ZoneOffset.UTC).rows())
        .hasSize(4);
    assertThat(counting.statements()).isEqualTo(2);
  }

  @Test
  void aPageOfSecretsIsOneStatement() {
    var counting = new CountingPool(store.pool(1));
    var counted = new Secrets(new Database(counting.pool()), store.masterKeys(), clock);
    assertThat(counted.list(READER, 10, Optional.empty()).rows()).hasSize(1);
    assertThat(counting.statements()).isEqualTo(1);
  }

  /** What stands in a row costs a page as many times as it has rows, however far down it is. */
  @Test
  void whatAnOffsetSkipsIsNotWorkedOut() {
    var page =
        ProviderPage.overviews(ProviderQuery.ALL, 1, 3, LocalDate.of(2026, 11, 20), ZoneOffset.UTC);
    String plan =
        String.join(
            "\n",
            store
                .database()
                .list(
                    Database.sql.resultQuery(
                        "explain (analyze, costs off, timing off, summary off) {0}", page),
                    row -> row.getString(0)));
    assertThat(
            Pattern.compile("SubPlan \\S+\\n\\s+->[^\\n]*loops=(\\d+)")
                .matcher(plan)
                .results()
                .map(found -> found.group(1)))
        .as(plan)
        .hasSizeGreaterThan(2) // Models, guardrail and spend at least.
        .containsOnly("1");
  }

  @Test
  void anOverviewOfAQuietProviderShowsSevenZeros() {
    assertThat(page(1, 0).rows())
        .singleElement()
        .extracting(ProviderOverview::spendMicrocentsByDay)
        .isEqualTo(List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L));
  }

  private void create(LlmProvider.Draft draft) {
    clock.advance(Duration.ofSeconds(1));
    var _ = providers.create(WRITER, draft, List.of());
    clock.advance(Duration.ofSeconds(1));
  }

  private List<String> names(ProviderQuery query) {
    return names(providers.list(READER, query, 10, Optional.empty()));
  }

  private static List<String> names(Slice<LlmProvider> slice) {
    return slice.rows().stream().map(provider -> provider.name().value()).toList();
  }

  /** Reads a list page by page; something may happen behind each. */
  private List<String> walk(ProviderQuery query, int rowsMax, Consumer<Integer> between) {
    var seen = new ArrayList<String>();
    Optional<PageKey> after = Optional.empty();
    int pages = 0;
    do {
      Slice<LlmProvider> slice = providers.list(READER, query, rowsMax, after);
      seen.addAll(names(slice));
      after = slice.next();
      between.accept(++pages);
    } while (after.isPresent());
    return seen;
  }

  private Page<ProviderOverview> page(int rowsMax, int offset) {
    return providers.overviews(READER, ProviderQuery.ALL, rowsMax, offset, ZoneOffset.UTC);
  }

  private static ProviderQuery query(
      Set<String> types,
      Optional<Boolean> enabled,
      String nameContains,
      String model,
      ListOrder order) {
    return new ProviderQuery(types, enabled, nameContains, model, order);
  }
}
