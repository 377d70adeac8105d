package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.openAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.NewSecret;
import dev.adp.domain.Page;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Secret;
import dev.adp.domain.SecretRef;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SecretsTest {
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final Secrets secrets = store.secrets();
  private final LlmProviders providers = store.providers();

  @Test
  void aNewSecretIsKnownByEverythingButItsValue() {
    Secret created = secrets.create(WRITER, key("sk-1"), Map.of("team", "a", "ünï", "\"'{}"));
    assertThat(created)
        .isEqualTo(
            new Secret(
                OPENAI_API_KEY,
                Map.of("team", "a", "ünï", "\"'{}"),
                List.of(),
                clock.instant(),
                clock.instant()));
    assertThat(secrets.get(READER, OPENAI_API_KEY)).isEqualTo(created);
  }

  @Test
  void theValueIsNowhereInTheRow() throws SQLException {
    secrets.create(WRITER, key("sk-find-me"), Map.of());
    assertThat(
            store.number(
                "select count(*) from secret where encode(ciphertext, 'escape') like '%find-me%'"
                    + " or secret::text like '%find-me%'"))
        .isZero();
  }

  @Test
  void aNameIsTakenOnce() {
    secrets.create(WRITER, key("sk-1"), Map.of());
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> secrets.create(WRITER, key("sk-2"), Map.of()))
        .withMessage("secret \"OPENAI_API_KEY\" already exists");
    assertThat(valueOf(OPENAI_API_KEY)).isEqualTo("sk-1");
  }

  @Test
  void replacingTheValueKeepsTheLabelsAndTheOtherWayRound() {
    secrets.create(WRITER, key("sk-1"), Map.of("team", "a"));
    clock.advance(Duration.ofMinutes(1));
    Secret rotated =
        secrets.replace(WRITER, OPENAI_API_KEY, Optional.of(key("sk-2")), Optional.empty());
    assertThat(rotated.labels()).containsExactly(Map.entry("team", "a"));
    assertThat(rotated.updatedAt()).isEqualTo(rotated.createdAt().plus(Duration.ofMinutes(1)));
    Secret labelled =
        secrets.replace(WRITER, OPENAI_API_KEY, Optional.empty(), Optional.of(Map.of("team", "b")));
    assertThat(labelled.labels()).containsExactly(Map.entry("team", "b"));
    assertThat(valueOf(OPENAI_API_KEY)).isEqualTo("sk-2");
  }

  @Test
  void whatDoesNotExistCannotBeReadReplacedOrDeleted() {
    for (Runnable attempt :
        List.<Runnable>of(
            () -> secrets.get(ADMIN, OPENAI_API_KEY),
            () -> secrets.replace(ADMIN, OPENAI_API_KEY, Optional.of(key("sk")), Optional.empty()),
            () -> secrets.delete(ADMIN, OPENAI_API_KEY))) {
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(attempt::run)
          .withMessage("secret \"OPENAI_API_KEY\" not found");
    }
  }

  @Test
  void aSecretInUseIsKeptAndTheRefusalNamesItsUsers() {
    secrets.create(WRITER, key("sk-1"), Map.of());
    providers.create(WRITER, openAi("team-b"), List.of());
    providers.create(WRITER, openAi("team-a"), List.of());
    assertThat(secrets.get(READER, OPENAI_API_KEY).usedBy())
        .containsExactly(new ResourceId("team-a"), new ResourceId("team-b"));
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> secrets.delete(WRITER, OPENAI_API_KEY))
        .withMessage(
            "secret \"OPENAI_API_KEY\" is used by \"team-a\", \"team-b\": point them at another"
                + " secret first");
    assertThat(valueOf(OPENAI_API_KEY)).isEqualTo("sk-1");
  }

  @Test
  void ofManyUsersTheRefusalNamesTheFirst() {
    secrets.create(WRITER, key("sk-1"), Map.of());
    for (int i = 0; i < 12; i++) {
      providers.create(WRITER, openAi("team-%02d".formatted(i)), List.of());
    }
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> secrets.delete(WRITER, OPENAI_API_KEY))
        .withMessageEndingWith(", \"team-09\" and 2 more: point them at another secret first");
  }

  @Test
  void whoHasReadAnOlderStateChangesNothing() {
    Secret first = secrets.create(WRITER, key("sk-1"), Map.of());
    clock.advance(Duration.ofMillis(1));
    secrets.replace(WRITER, OPENAI_API_KEY, Optional.of(key("sk-2")), Optional.empty());
    for (Runnable attempt :
        List.<Runnable>of(
            () ->
                secrets.replace(
                    WRITER,
                    OPENAI_API_KEY,
                    first.etag()::equals,
                    Optional.of(key("sk-3")),
                    Optional.empty()),
            () -> secrets.delete(WRITER, OPENAI_API_KEY, first.etag()::equals))) {
      assertThatExceptionOfType(PreconditionFailed.class).isThrownBy(attempt::run);
    }
    assertThat(valueOf(OPENAI_API_KEY)).isEqualTo("sk-2");
  }

  /** Another request deletes it before the answer is made: that is no fault of ours. */
  @Test
  void whatIsDeletedAtOnceWasCreatedAllTheSame() {
    var there =
        new Secrets(
            new Database(
                InterferingPool.of(store.pool(2), "used_by", SecretsTest::deleteAsSoonAsItIsThere)),
            store.masterKeys(),
            clock);
    assertThat(there.create(WRITER, key("sk-1"), Map.of()).name()).isEqualTo(OPENAI_API_KEY);
  }

  private static void deleteAsSoonAsItIsThere() {
    try {
      store.secrets().delete(WRITER, OPENAI_API_KEY);
    } catch (NotFound _) {
      // Nobody else sees it yet.
    }
  }

  @Test
  void aSecretWhoseProvidersAreDeletedCanGo() {
    secrets.create(WRITER, key("sk-1"), Map.of());
    providers.create(WRITER, openAi("team-a"), List.of());
    providers.delete(WRITER, new ResourceId("team-a"), _ -> true);
    assertThat(secrets.get(READER, OPENAI_API_KEY).usedBy()).isEmpty();
    secrets.delete(WRITER, OPENAI_API_KEY);
    assertThat(secrets.page(READER, 10, 0)).isEqualTo(new Page<Secret>(List.of(), 0));
  }

  @Test
  void aPageIsSortedByNameAndCountsTheWholeList() {
    Stream.of("C", "A", "B")
        .forEach(
            name -> secrets.create(WRITER, NewSecret.ofText(new SecretRef(name), "v"), Map.of()));
    Page<Secret> page = secrets.page(READER, 2, 1);
    assertThat(page.rows()).extracting(secret -> secret.name().value()).containsExactly("B", "C");
    assertThat(page.total()).isEqualTo(3);
  }

  private static String valueOf(SecretRef name) {
    return new String(
        store
            .database()
            .first(
                Database.sql.selectFrom(dev.adp.store.schema.Tables.SECRET),
                row ->
                    store
                        .masterKeys()
                        .open(
                            name.value(),
                            new MasterKey.Sealed(
                                row.getString("key_id"),
                                row.getBuffer("wrapped_key"),
                                row.getBuffer("ciphertext"))))
            .orElseThrow(),
        java.nio.charset.StandardCharsets.UTF_8);
  }
}
