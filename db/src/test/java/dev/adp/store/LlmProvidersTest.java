package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static dev.adp.store.Drafts.compatible;
import static dev.adp.store.Drafts.draft;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.models;
import static dev.adp.store.Drafts.openAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.domain.Violation;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LlmProvidersTest {
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));
  private static final ResourceId TEAM_A = new ResourceId("team-a");

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final LlmProviders providers = store.providers();
  private final Secrets secrets = store.secrets();

  @BeforeEach
  void keyIsInTheStore() {
    secrets.create(WRITER, key("sk-1"), Map.of());
  }

  @Test
  void whatWasCreatedIsReadAgainUnchanged() {
    var some = Optional.of(1L);
    Draft draft =
        new Draft(
            TEAM_A,
            "Team A's \"provider\" — 100 % ünïcode",
            "line one\nline two",
            false,
            new ProviderConfig.OpenAi(Optional.empty(), OPENAI_API_KEY),
            List.of(
                new ProviderModel("z", new Rates(some, some, some, some, some)),
                new ProviderModel("a", Rates.NONE),
                new ProviderModel(
                    "m",
                    new Rates(
                        Optional.of(0L),
                        Optional.empty(),
                        Optional.of(Rates.RATE_MICROCENTS_MAX),
                        Optional.empty(),
                        Optional.empty()))),
            new Transcripts(true, false));
    LlmProvider created = providers.create(WRITER, draft, List.of());
    assertThat(created.draft()).isEqualTo(draft);
    assertThat(created.createdBy()).isEqualTo("wim");
    assertThat(created.createdAt()).isEqualTo(clock.instant()).isEqualTo(created.updatedAt());
    assertThat(providers.get(READER, TEAM_A)).isEqualTo(created);
  }

  @Test
  void anOpenAiCompatibleProviderNeedsNoKey() {
    Draft draft = compatible("ollama", "http://ollama.internal:11434/v1", false);
    assertThat(providers.create(WRITER, draft, List.of()).draft()).isEqualTo(draft);
    assertThat(providers.get(READER, new ResourceId("ollama")).draft()).isEqualTo(draft);
  }

  @Test
  void aNameIsTakenOnce() {
    LlmProvider first = providers.create(WRITER, openAi("team-a"), List.of());
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> providers.create(WRITER, openAi("team-a"), List.of()))
        .withMessage("LLM provider \"team-a\" already exists");
    assertThat(providers.get(READER, TEAM_A)).isEqualTo(first);
  }

  @Test
  void unknownSecretIsRefusedAndNothingIsStored() throws SQLException {
    Draft draft =
        draft("team-a", new ProviderConfig.OpenAi(Optional.empty(), new SecretRef("NO_SUCH_KEY")));
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                providers.create(
                    WRITER, draft, List.of(NewSecret.ofText(new SecretRef("INLINE"), "v"))))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation(
                            "openai_config.api_key_ref", "secret \"NO_SUCH_KEY\" not found")));
    assertThat(store.number("select count(*) from llm_provider")).isZero();
    assertThat(store.number("select count(*) from secret where name = 'INLINE'")).isZero();
  }

  @Test
  void anInlineSecretIsStoredWithItsProvider() {
    var inline = new SecretRef("INLINE");
    providers.create(
        WRITER,
        draft("team-a", new ProviderConfig.OpenAi(Optional.empty(), inline)),
        List.of(NewSecret.ofText(inline, "sk-inline")));
    assertThat(secrets.get(READER, inline).usedBy()).containsExactly(TEAM_A);
  }

  @Test
  void anInlineSecretWhoseNameIsTakenRefusesTheWhole() throws SQLException {
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> providers.create(WRITER, openAi("team-a"), List.of(key("sk-2"))))
        .withMessage("secret \"OPENAI_API_KEY\" already exists");
    assertThat(store.number("select count(*) from llm_provider")).isZero();
  }

  @Test
  void anUpdateChangesWhatItSaysAndKeepsIdentityAndOrigin() {
    LlmProvider created = providers.create(WRITER, openAi("team-a"), List.of());
    clock.advance(Duration.ofHours(1));
    LlmProvider updated =
        providers.update(
            ADMIN,
            TEAM_A,
            created.etag()::equals,
            draft -> draft.withModels(models("b", "a")).withEnabled(false),
            List.of());
    assertThat(updated.draft())
        .isEqualTo(openAi("team-a").withModels(models("b", "a")).withEnabled(false));
    assertThat(updated.uid()).isEqualTo(created.uid());
    assertThat(updated.createdBy()).isEqualTo("wim");
    assertThat(updated.updatedBy()).isEqualTo("ada");
    assertThat(updated.createdAt()).isEqualTo(created.createdAt());
    assertThat(updated.updatedAt()).isEqualTo(created.createdAt().plus(Duration.ofHours(1)));
    assertThat(updated.etag()).isNotEqualTo(created.etag());
    assertThat(providers.get(READER, TEAM_A)).isEqualTo(updated);
  }

  @Test
  void anUpdateFromAnOldStateIsRefusedAndLosesNothing() {
    LlmProvider read = providers.create(WRITER, openAi("team-a"), List.of());
    LlmProvider saved =
        providers.update(ADMIN, TEAM_A, _ -> true, draft -> draft.withEnabled(false), List.of());
    assertThatExceptionOfType(PreconditionFailed.class)
        .isThrownBy(
            () ->
                providers.update(
                    WRITER,
                    TEAM_A,
                    read.etag()::equals,
                    draft -> draft.withModels(models("m")),
                    List.of()))
        .withMessage("LLM provider \"team-a\" was changed by ada since you read it: read it again");
    assertThat(providers.get(READER, TEAM_A)).isEqualTo(saved);
  }

  @Test
  void nameAndTypeCannotBeChanged() {
    LlmProvider created = providers.create(WRITER, openAi("team-a"), List.of());
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                providers.update(
                    WRITER,
                    TEAM_A,
                    _ -> true,
                    _ -> compatible("team-b", "http://localhost/v1", true),
                    List.of()))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation("name", "cannot be changed after creation"),
                        new Violation("type", "cannot be changed after creation")));
    assertThat(providers.get(READER, TEAM_A)).isEqualTo(created);
  }

  @Test
  void anUpdateThatPointsNowhereIsRefusedAndKeepsTheOldSecretInUse() {
    providers.create(WRITER, openAi("team-a"), List.of());
    var nowhere = new ProviderConfig.OpenAi(Optional.empty(), new SecretRef("NO_SUCH_KEY"));
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                providers.update(
                    WRITER, TEAM_A, _ -> true, draft -> draft.withConfig(nowhere), List.of()));
    assertThat(secrets.get(READER, OPENAI_API_KEY).usedBy()).containsExactly(TEAM_A);
  }

  @Test
  void anUpdateThatPointsElsewhereFreesTheOldSecret() {
    providers.create(WRITER, openAi("team-a"), List.of());
    var other = new SecretRef("OTHER");
    providers.update(
        WRITER,
        TEAM_A,
        _ -> true,
        draft -> draft.withConfig(new ProviderConfig.OpenAi(Optional.empty(), other)),
        List.of(NewSecret.ofText(other, "sk-2")));
    assertThat(secrets.get(READER, OPENAI_API_KEY).usedBy()).isEmpty();
    assertThat(secrets.get(READER, other).usedBy()).containsExactly(TEAM_A);
  }

  @Test
  void whatWasDeletedIsGoneAndItsNameIsFree() {
    LlmProvider first = providers.create(WRITER, openAi("team-a"), List.of());
    providers.delete(WRITER, TEAM_A, _ -> true);
    for (Runnable attempt :
        List.<Runnable>of(
            () -> providers.get(READER, TEAM_A),
            () -> providers.update(WRITER, TEAM_A, _ -> true, draft -> draft, List.of()),
            () -> providers.delete(WRITER, TEAM_A, _ -> true))) {
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(attempt::run)
          .withMessage("LLM provider \"team-a\" not found");
    }
    LlmProvider second = providers.create(WRITER, openAi("team-a"), List.of());
    assertThat(second.uid()).isNotEqualTo(first.uid());
    assertThat(second.etag()).as("who has read the first").isNotEqualTo(first.etag());
    assertThatExceptionOfType(PreconditionFailed.class)
        .isThrownBy(() -> providers.delete(WRITER, TEAM_A, first.etag()::equals));
  }

  @Test
  void aReaderMayNotWriteAndIsToldWhichPermissionHeLacks() throws SQLException {
    assertThatExceptionOfType(Forbidden.class)
        .isThrownBy(() -> providers.create(READER, openAi("team-a"), List.of()))
        .withMessage("lacks permission dataplane_adp_llmprovider_create");
    assertThat(store.number("select count(*) from llm_provider")).isZero();
  }
}
