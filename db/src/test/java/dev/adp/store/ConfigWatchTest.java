package dev.adp.store;

import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.compatible;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.PriceCatalog;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The two ways in which a process hears of what others have changed, each without the other: an
 * announcement acts at once, and whatever gets lost is made up for by the next look, a second
 * later.
 */
class ConfigWatchTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final String LISTENERS =
      "from pg_stat_activity where datname = current_database() and query ilike 'listen%'"
          + " and state = 'idle'";

  /** No look at all within a test. */
  private static final Duration NEVER = Duration.ofHours(1);

  private final ProviderSnapshot theirs =
      new ProviderSnapshot(
          store.another(), store.masterKeys(), new PriceCatalog("", List.of()), store.clock());

  /** Connections end a little after they are closed. */
  @AfterEach
  void nobodyListensAnyMore() throws Exception {
    Eventually.holds("nobody listens", () -> listeners("") == 0);
  }

  @Test
  void anAnnouncementAloneIsEnough() throws Exception {
    try (var _ = new ConfigWatch(store.vertx(), store.databaseUrl(), theirs, NEVER)) {
      awaitListener();
      create("announced");
      awaitSeen("announced");
    }
  }

  @Test
  void aConnectionThatBreaksListensAgain() throws Exception {
    try (var _ = new ConfigWatch(store.vertx(), store.databaseUrl(), theirs, NEVER)) {
      awaitListener();
      long first = store.number("select max(pid) " + LISTENERS);
      assertThat(store.number("select pg_terminate_backend(%d)::int".formatted(first))).isOne();
      Eventually.holds("another listens", () -> listeners(" and pid <> " + first) == 1);
      create("announced-again");
      awaitSeen("announced-again");
    }
  }

  @Test
  void aLookAloneIsEnough() throws Exception {
    String deaf = store.databaseUrl().replaceFirst(":[0-9]+/", ":1/"); // Nobody is there.
    try (var _ = new ConfigWatch(store.vertx(), deaf, theirs, Duration.ofMillis(20))) {
      create("looked-at");
      awaitSeen("looked-at");
    }
  }

  private static void create(String name) {
    var _ =
        store
            .providers()
            .create(WRITER, compatible(name, "http://localhost:1/v1", true), List.of());
  }

  private void awaitSeen(String name) throws Exception {
    Eventually.holds(name + " is known", () -> theirs.providerNames().contains(name));
  }

  private static void awaitListener() throws Exception {
    Eventually.holds("somebody listens", () -> listeners("") == 1);
  }

  private static long listeners(String condition) throws SQLException {
    return store.number("select count(*) " + LISTENERS + condition);
  }
}
