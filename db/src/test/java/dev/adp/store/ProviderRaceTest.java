package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two processes change one provider: the second waits for the first, and builds on what it did. */
class ProviderRaceTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final ResourceId NAME = new ResourceId("a");
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  @Test
  void aChangeThatHasWaitedKeepsTheModelsOfTheOneBefore() throws Exception {
    openAi();
    race(draft -> draft.withModels(Drafts.models("new")), ProviderRaceTest::rename)
        .get(20, TimeUnit.SECONDS);
    LlmProvider after = store.providers().get(ADMIN, NAME);
    assertThat(after.models()).extracting(ProviderModel::name).containsExactly("new");
    assertThat(after.displayName()).isEqualTo("B");
    assertThat(after.version()).isEqualTo(3);
  }

  @Test
  void aChangeThatHasWaitedKeepsTheGuardrailOfTheOneBefore() throws Exception {
    var _ = store.providers().create(ADMIN, Drafts.bedrock("a", "us-east-1"), List.of());
    race(
            draft -> {
              var _ = guardrails().create(ADMIN, Drafts.guardrail("pii", "us-east-1"));
              return draft.withConfig(
                  new ProviderConfig.Bedrock(
                      new AwsRegion("us-east-1"),
                      Optional.empty(),
                      new AwsCredential.DefaultChain(),
                      Optional.of(new ResourceId("pii"))));
            },
            ProviderRaceTest::rename)
        .get(20, TimeUnit.SECONDS);
    assertThat(store.providers().get(ADMIN, NAME).config().attachedGuardrail())
        .contains(new ResourceId("pii"));
  }

  /** The etag that a deletion goes by is that of the provider which it deletes. */
  @Test
  void aDeletionThatHasWaitedLooksAtWhatThereIsNow() throws Exception {
    openAi();
    String etag = store.providers().get(ADMIN, NAME).etag();
    var late = race(draft -> draft.withModels(Drafts.models("new")), () -> delete(etag));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> late.get(20, TimeUnit.SECONDS))
        .withCauseInstanceOf(PreconditionFailed.class);
    race(draft -> draft.withModels(Drafts.models("newer")), () -> delete(""))
        .get(20, TimeUnit.SECONDS);
    assertThat(
            new AuditLog(store.database())
                .list(ADMIN, AuditEvent.Query.ALL, 1, Optional.empty())
                .rows()
                .getFirst()
                .before())
        .hasValueSatisfying(before -> assertThat(before).contains("\"newer\""));
  }

  @Test
  void aSecretThatAProviderIsAboutToUseIsNotDeleted() throws Exception {
    var _ = store.secrets().create(ADMIN, Drafts.key("v"), Map.of());
    assertRefusedWhileSaved(
        "llm_provider_secret",
        Drafts.openAi("a"),
        () ->
            new Secrets(store.another(), store.masterKeys(), store.clock())
                .delete(ADMIN, Drafts.OPENAI_API_KEY));
  }

  @Test
  void aGuardrailThatAProviderIsAboutToAttachIsNotDeleted() throws Exception {
    var _ = store.guardrails().create(ADMIN, Drafts.guardrail("pii", "us-east-1"));
    assertRefusedWhileSaved(
        "guardrail_uid",
        Drafts.bedrock("a", "us-east-1", "pii"),
        () -> guardrails().delete(ADMIN, new ResourceId("pii"), _ -> true));
  }

  /**
   * A deletion that begins in the middle of a save waits for it, and then names the provider.
   *
   * @param before part of the statement of the save that it comes before
   */
  private static void assertRefusedWhileSaved(String before, Draft draft, Runnable deletion) {
    var late = new AtomicReference<CompletableFuture<Void>>();
    var pool =
        InterferingPool.of(
            store.pool(2),
            before,
            () -> {
              late.set(CompletableFuture.runAsync(deletion, THREADS));
              waits();
            });
    var _ =
        new LlmProviders(
                new Database(pool),
                store.secrets(),
                Upstreams.LOCAL,
                store.clock(),
                UUID::randomUUID)
            .create(ADMIN, draft, List.of());
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> late.get().get(20, TimeUnit.SECONDS))
        .withCauseInstanceOf(Conflict.class)
        .withMessageContaining("is used by \"a\"");
  }

  /** Else it would change or delete what it has not locked, and may not even have been meant. */
  @Test
  void whatComesBehindTheLockIsNotTakenForWhatWasToBeLocked() {
    assertNotFound(
        "\"models\"",
        ProviderRaceTest::openAi,
        database ->
            new LlmProviders(
                    database, store.secrets(), Upstreams.LOCAL, store.clock(), UUID::randomUUID)
                .delete(ADMIN, NAME, _ -> true));
    assertNotFound(
        "service_account_credential",
        () -> store.serviceAccounts().create(ADMIN, NAME, "A", Role.READER, false),
        database -> new ServiceAccounts(database, store.clock()).delete(ADMIN, NAME, _ -> true));
    assertNotFound(
        "used_by",
        () -> store.secrets().create(ADMIN, Drafts.key("v"), Map.of()),
        database ->
            new Secrets(database, store.masterKeys(), store.clock())
                .delete(ADMIN, Drafts.OPENAI_API_KEY));
  }

  private static void assertNotFound(String before, Runnable made, Consumer<Database> deletion) {
    var database = new Database(InterferingPool.of(store.pool(2), before, made));
    assertThatExceptionOfType(NotFound.class).isThrownBy(() -> deletion.accept(database));
  }

  private static void waits() {
    try {
      Eventually.holds("the deletion waits", ProviderRaceTest::somebodyWaits);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void openAi() {
    var _ =
        store
            .providers()
            .create(
                ADMIN,
                Drafts.openAi("a").withModels(Drafts.models("old")),
                List.of(Drafts.key("v")));
  }

  private static void delete(String etag) {
    providers().delete(ADMIN, NAME, stored -> etag.isEmpty() || stored.equals(etag));
  }

  private static void rename() {
    var _ =
        providers()
            .update(
                ADMIN,
                NAME,
                _ -> true,
                d ->
                    new Draft(
                        d.name(),
                        "B",
                        d.description(),
                        d.enabled(),
                        d.config(),
                        d.models(),
                        d.transcripts()),
                List.of());
  }

  /** Begins the second while the first is in the middle of its transaction. */
  private static CompletableFuture<Void> race(UnaryOperator<Draft> first, Runnable second)
      throws Exception {
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var winner =
        CompletableFuture.runAsync(
            () -> {
              var _ =
                  providers()
                      .update(
                          ADMIN,
                          NAME,
                          _ -> true,
                          draft -> {
                            inside.countDown();
                            await(go);
                            return first.apply(draft);
                          },
                          List.of());
            },
            THREADS);
    inside.await();
    var late = CompletableFuture.runAsync(second, THREADS);
    Eventually.holds("the second waits", ProviderRaceTest::somebodyWaits);
    go.countDown();
    winner.get(20, TimeUnit.SECONDS);
    return late;
  }

  private static boolean somebodyWaits() throws SQLException {
    return store.number("select count(*) from pg_locks where not granted") > 0;
  }

  private static LlmProviders providers() {
    return new LlmProviders(
        store.another(), store.secrets(), Upstreams.LOCAL, store.clock(), UUID::randomUUID);
  }

  private static Guardrails guardrails() {
    return new Guardrails(store.another(), store.clock(), UUID::randomUUID);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
