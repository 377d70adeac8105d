package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.CatalogFile;
import dev.adp.domain.CatalogVersion;
import dev.adp.domain.CatalogVersion.State;
import dev.adp.domain.Catalogs;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.PageKey;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CatalogVersionsTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final String FIRST =
      Catalogs.whole("2026-11-24", Catalogs.row("OPENAI", "m", "2", "8"));

  private final CatalogVersions versions = store.catalogVersions();

  @Test
  void aNewVersionPricesTheVeryNextCallAndSupersedesTheOneBefore() {
    ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
    versions.adoptShipped(CatalogFile.parse(FIRST));
    assertThat(input(snapshot)).isEqualTo(200_000_000);
    CatalogVersion next = versions.offer(ADMIN, priced("2026-11-25", "3"), "a test");
    assertThat(next.state()).isEqualTo(State.ACTIVE);
    assertThat(input(snapshot)).isEqualTo(300_000_000);
    assertThat(snapshot.catalog().version()).isEqualTo("2026-11-25");
    assertThat(states()).containsExactly(State.ACTIVE, State.SUPERSEDED);
  }

  @Test
  void anotherInstanceUsesItWithinTwoSeconds() throws Exception {
    versions.adoptShipped(CatalogFile.parse(FIRST));
    var theirs =
        new ProviderSnapshot(
            store.another(), store.masterKeys(), ModelCatalog.shipped(), store.clock());
    try (var _ = new ConfigWatch(store.vertx(), store.databaseUrl(), theirs)) {
      var _ = versions.offer(ADMIN, priced("2026-11-25", "3"), "a test");
      Eventually.holds("they have it", () -> input(theirs) == 300_000_000);
    }
  }

  @Test
  void aMoveOfMoreThanTwofoldWaitsWholeForAnAdministrator() {
    ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
    versions.adoptShipped(CatalogFile.parse(FIRST));
    String text =
        Catalogs.whole(
            "2026-11-25",
            Catalogs.row("OPENAI", "m", "5", "8"),
            Catalogs.row("OPENAI", "new", "1", "1"));
    CatalogVersion waiting = versions.offer(ADMIN, text, "a test");
    assertThat(waiting.state()).isEqualTo(State.PENDING);
    assertThat(waiting.diff()).contains("a price moves more than twofold", "\"held\":1");
    assertThat(input(snapshot)).isEqualTo(200_000_000);
    assertThat(snapshot.catalog().find("OPENAI", "new", NOW)).isEmpty();

    assertThat(versions.approve(ADMIN, String.valueOf(waiting.id())).state())
        .isEqualTo(State.ACTIVE);
    assertThat(input(snapshot)).isEqualTo(500_000_000);
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> versions.approve(ADMIN, String.valueOf(waiting.id())));
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> versions.approve(ADMIN, "0"));
  }

  @Test
  void aNewerOneTakesThePlaceOfTheOneThatWaits() {
    versions.adoptShipped(CatalogFile.parse(FIRST));
    CatalogVersion waiting = versions.offer(ADMIN, priced("2026-11-25", "5"), "a test");
    var _ = versions.offer(ADMIN, priced("2026-11-26", "6"), "a test");
    assertThat(states()).containsExactly(State.PENDING, State.SUPERSEDED, State.ACTIVE);
    var _ = versions.offer(ADMIN, priced("2026-11-27", "3"), "a test");
    assertThat(states().getFirst()).isEqualTo(State.ACTIVE);
    assertThat(states()).doesNotContain(State.PENDING);
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> versions.approve(ADMIN, String.valueOf(waiting.id())));
  }

  @Test
  void whatIsBrokenOrOldChangesNothing() {
    versions.adoptShipped(CatalogFile.parse(FIRST));
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> versions.offer(ADMIN, "nonsense", "a test"));
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> versions.offer(ADMIN, priced("2026-11-23", "2"), "a test"))
        .withMessage("version 2026-11-23 is not newer than 2026-11-24, which is in force");
    assertThat(versions.offer(ADMIN, FIRST, "again").state()).isEqualTo(State.ACTIVE);
    assertThat(states()).containsExactly(State.ACTIVE);
  }

  @Test
  void anOlderReleaseLeavesANewerCatalogueInForce() {
    versions.adoptShipped(CatalogFile.parse(priced("2026-11-25", "3")));
    versions.adoptShipped(CatalogFile.parse(FIRST));
    assertThat(states()).containsExactly(State.ACTIVE);
  }

  @Test
  void whatIsFetchedAndNotGoodIsRememberedOnce() {
    versions.adoptShipped(CatalogFile.parse(FIRST));
    versions.fetched("nonsense \0", "http://x.test");
    versions.fetched("nonsense \0", "http://x.test");
    versions.fetched(priced("2026-11-23", "2"), "http://x.test");
    assertThat(states()).containsExactly(State.REJECTED, State.REJECTED, State.ACTIVE);
    for (int i = 0; i < 30; i++) {
      versions.fetched("nonsense " + i, "http://x.test");
    }
    assertThat(states()).hasSize(21).endsWith(State.ACTIVE);
  }

  /** What is wrong with a file may be wrong today only. */
  @Test
  void whatWasRejectedIsJudgedAnewEachTime() throws Exception {
    versions.adoptShipped(CatalogFile.parse(priced("2026-11-25", "2")));
    String old = priced("2026-11-24", "2");
    assertThat(versions.fetched(old, "http://x.test").state()).isEqualTo(State.REJECTED);
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> versions.offer(ADMIN, old, "import"))
        .withMessage("version 2026-11-24 is not newer than 2026-11-25, which is in force");
    assertThat(versions.known(ADMIN, old)).isEmpty();
    store.execute("delete from catalog_version where state = 'ACTIVE'");
    assertThat(versions.fetched(old, "http://x.test").state()).isEqualTo(State.ACTIVE);
    assertThat(states()).containsExactly(State.ACTIVE);
    assertThat(versions.known(ADMIN, old)).map(CatalogVersion::state).contains(State.ACTIVE);
  }

  @Test
  void whatWasSupersededComesBackUnderANewVersionOnly() {
    versions.adoptShipped(CatalogFile.parse(FIRST));
    var _ = versions.offer(ADMIN, priced("2026-11-25", "3"), "a test");
    String problem =
        "version 2026-11-24 has been superseded, 2026-11-25 is in force: publish it under a newer"
            + " version";
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> versions.offer(ADMIN, FIRST, "import"))
        .withMessage(problem);
    assertThat(versions.known(ADMIN, FIRST)).isEmpty();
    assertThat(versions.fetched(FIRST, "http://x.test"))
        .isEqualTo(new CatalogVersions.Fetched(State.SUPERSEDED, problem));
  }

  /** Who publishes his own catalogue says himself what comes after it. */
  @Test
  void aReleaseTakesNothingFromWhoHasASourceOfHisOwn() {
    versions.adoptFirst(CatalogFile.parse(FIRST));
    assertThat(versions.fetched(priced("2026-11-25", "3"), "own").state()).isEqualTo(State.ACTIVE);
    assertThat(versions.fetched(priced("2026-11-26", "30"), "own").state())
        .isEqualTo(State.PENDING);
    versions.adoptFirst(CatalogFile.parse(priced("2026-12-01", "3")));
    assertThat(states()).containsExactly(State.PENDING, State.ACTIVE, State.SUPERSEDED);
  }

  @Test
  void whatIsNoIdIsNamedAsItWasGiven() {
    for (String id : List.of("latest", "-1", "1".repeat(19), "")) {
      String message = "catalogue version \"%s\" not found".formatted(id);
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(() -> versions.approve(ADMIN, id))
          .withMessage(message);
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(() -> versions.get(READER, Optional.of(id)))
          .withMessage(message);
    }
  }

  @Test
  void theListGoesOnBehindItsLastRow() {
    versions.adoptShipped(CatalogFile.parse(FIRST));
    var _ = versions.offer(ADMIN, priced("2026-11-25", "3"), "a test");
    var first = versions.list(READER, 1, Optional.empty());
    var second = versions.list(READER, 1, first.next());
    assertThat(first.rows()).extracting(CatalogVersion::version).containsExactly("2026-11-25");
    assertThat(second.rows()).extracting(CatalogVersion::version).containsExactly("2026-11-24");
    assertThat(second.next()).isEmpty();
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> versions.list(READER, 1, Optional.of(PageKey.ofName("x"))));
  }

  @Test
  void oneIsReadWithItsFile() {
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> versions.get(READER, Optional.empty()));
    versions.adoptShipped(CatalogFile.parse(FIRST));
    var active = versions.get(READER, Optional.empty());
    assertThat(active.text()).isEqualTo(FIRST);
    assertThat(versions.get(READER, Optional.of(String.valueOf(active.version().id()))))
        .isEqualTo(active);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> versions.get(READER, Optional.of("0")));
  }

  private static String priced(String version, String input) {
    return Catalogs.whole(version, Catalogs.row("OPENAI", "m", input, "8"));
  }

  private static long input(ProviderSnapshot snapshot) {
    return snapshot.catalog().find("OPENAI", "m", NOW).flatMap(p -> p.rates().input()).orElse(0L);
  }

  private List<State> states() {
    return versions.list(READER, 100, Optional.empty()).rows().stream()
        .map(CatalogVersion::state)
        .toList();
  }
}
