package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AuditEvent;
import dev.adp.store.SigningKeys.Ring;
import dev.adp.store.SigningKeys.SigningKey;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SigningKeyRotationTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration SIGNS_FOR = Duration.ofDays(30);
  private static final TestClock clock = new TestClock(START);

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final SigningKeyRotation rotation = rotation(store.database());
  private String first = "";

  private static SigningKeyRotation rotation(Database database) {
    return new SigningKeyRotation(database, store.masterKeys(), clock, SIGNS_FOR);
  }

  @BeforeEach
  void theFirstKey() {
    assertThat(ring().keys()).hasSize(1);
    first = ring().keys().getFirst().kid();
  }

  @AfterEach
  void oneKeyAgain() throws SQLException {
    rotation.close();
    clock.set(START);
    store.execute(
        """
        delete from signing_key where kid <> (select min(kid) from signing_key);
        update signing_key set replaces = null, signs_from = '%s'
        """
            .formatted(START));
  }

  @Test
  void nothingHappensBeforeItIsTime() {
    clock.advance(SIGNS_FOR.minus(SigningKeyRotation.PUBLISHED_AHEAD).minusSeconds(1));
    rotation.look();
    assertThat(kids(ring().keys())).containsExactly(first);
  }

  @Test
  void aKeyIsPublishedADayBeforeItSigns() {
    String second = rotated();
    assertThat(kids(ring().published(clock.instant()))).containsExactly(second, first);
    assertThat(ring().signing(clock.instant()).kid()).isEqualTo(first);

    clock.advance(SigningKeyRotation.PUBLISHED_AHEAD.minusSeconds(1));
    assertThat(ring().signing(clock.instant()).kid()).isEqualTo(first);
    clock.advance(Duration.ofSeconds(1));
    assertThat(ring().signing(clock.instant()).kid()).isEqualTo(second);
  }

  @Test
  void theOldKeyStaysUntilItsLastTokenHasExpiredAndIsThenDeleted() throws SQLException {
    String second = rotated();
    clock.advance(SigningKeyRotation.PUBLISHED_AHEAD); // The last moment that the old one signs in.
    Duration overlap = SigningKeys.TOKEN_LIFETIME.plus(SigningKeys.CLOCK_SKEW);
    clock.advance(overlap.minusSeconds(1));
    rotation.look();
    assertThat(ring().verifies(first, clock.instant())).isTrue();
    assertThat(kids(ring().published(clock.instant()))).containsExactly(second, first);

    clock.advance(Duration.ofSeconds(1));
    assertThat(ring().verifies(first, clock.instant())).isFalse();
    assertThat(kids(ring().published(clock.instant()))).containsExactly(second);
    rotation.look();
    assertThat(store.number("select count(*) from signing_key")).isEqualTo(1);
    assertThat(actions()).containsExactly("signing_key_delete", "signing_key_create");
  }

  @Test
  void anotherInstanceThatLooksAtTheSameTimeAddsNoSecondSuccessor() {
    try (var other = rotation(store.another())) {
      rotated();
      Ring stale = ring();
      other.look();
      assertThat(ring()).isEqualTo(stale);
    }
  }

  @Test
  void ofManyInstancesThatStartAtOnceOneAddsTheSuccessor() throws Exception {
    clock.advance(SIGNS_FOR);
    List<SigningKeyRotation> all =
        List.of(rotation(store.another()), rotation(store.another()), rotation(store.another()));
    all.forEach(SigningKeyRotation::start);
    Eventually.holds("a successor", () -> ring().keys().size() == 2);
    all.forEach(SigningKeyRotation::look);
    assertThat(ring().keys()).hasSize(2);
    all.forEach(SigningKeyRotation::close);
  }

  @Test
  void aSnapshotInAnotherProcessLearnsOfTheKeyAndKeepsTheRingWhileNothingChanges() {
    var there =
        new ProviderSnapshot(store.another(), store.masterKeys(), ModelCatalog.shipped(), clock);
    Ring before = there.signingKeys();
    String second = rotated();
    there.refresh();
    assertThat(kids(there.signingKeys().keys())).containsExactly(second, first);
    assertThat(before.keys()).hasSize(1);

    Ring now = there.signingKeys();
    store.secrets().create(Actors.ADMIN, Drafts.key("v"), Map.of());
    there.refresh();
    assertThat(there.signingKeys()).isSameAs(now);
  }

  @Test
  void aRingThatIsYoungerThanTheClockStillSigns() {
    assertThat(ring().signing(START.minusSeconds(60)).kid()).isEqualTo(first);
  }

  private String rotated() {
    clock.advance(SIGNS_FOR.minus(SigningKeyRotation.PUBLISHED_AHEAD));
    rotation.look();
    return ring().keys().getFirst().kid();
  }

  private static List<String> actions() {
    return new AuditLog(store.database())
        .list(Actors.ADMIN, AuditEvent.Query.ALL, 10, Optional.empty()).rows().stream()
            .map(AuditEvent::action)
            .toList();
  }

  private static Ring ring() {
    return new SigningKeys(store.database(), store.masterKeys()).load();
  }

  private static List<String> kids(List<SigningKey> keys) {
    return keys.stream().map(SigningKey::kid).toList();
  }
}
