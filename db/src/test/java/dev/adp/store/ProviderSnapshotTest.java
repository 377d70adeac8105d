package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.INVOKER;
import static dev.adp.store.Actors.READER;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static dev.adp.store.Drafts.bedrock;
import static dev.adp.store.Drafts.compatible;
import static dev.adp.store.Drafts.guardrail;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.models;
import static dev.adp.store.Drafts.openAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Actor;
import dev.adp.domain.Cost;
import dev.adp.domain.Failure.Disabled;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Guardrail;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.Origin;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.Tokens;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.sqlclient.Pool;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProviderSnapshotTest {
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));
  private static final PriceCatalog CATALOG = ModelCatalog.shipped();
  private static final ResourceId TEAM_A = new ResourceId("team-a");

  private final AtomicInteger touches = new AtomicInteger();

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final LlmProviders providers = store.providers();
  private final Secrets secrets = store.secrets();

  @BeforeEach
  void oneProvider() {
    secrets.create(WRITER, key("sk-1"), Map.of());
    providers.create(WRITER, openAi("team-a"), List.of());
  }

  @Test
  void aChangeIsSeenByTheVeryNextCallOfTheSameProcess() {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    assertThat(snapshot.invoke(INVOKER, "team-a").secret(OPENAI_API_KEY)).contains("sk-1");
    secrets.replace(WRITER, OPENAI_API_KEY, Optional.of(key("sk-2")), Optional.empty());
    assertThat(snapshot.invoke(INVOKER, "team-a").secret(OPENAI_API_KEY)).contains("sk-2");
    providers.update(
        WRITER, TEAM_A, _ -> true, draft -> draft.withModels(models("gpt-5")), List.of());
    assertThat(snapshot.invoke(INVOKER, "team-a").allows("gpt-4o")).isFalse();
    providers.update(WRITER, TEAM_A, _ -> true, draft -> draft.withEnabled(false), List.of());
    assertThatExceptionOfType(Disabled.class)
        .isThrownBy(() -> snapshot.invoke(INVOKER, "team-a"))
        .withMessage("LLM provider \"team-a\" is disabled");
    providers.delete(WRITER, TEAM_A, _ -> true);
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> snapshot.invoke(INVOKER, "team-a"))
        .withMessage("LLM provider \"team-a\" not found");
  }

  /** All handlers of the control plane share one context; each of them waits for the database. */
  @Test
  void changesAtOnceOnOneContextDoNotWaitForEachOtherForEver() throws Exception {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    List<Future<LlmProvider>> changes = new ArrayList<>();
    String handlers =
        store
            .vertx()
            .deployVerticle(
                context -> {
                  for (int i = 0; i < 12; i++) {
                    var change = Promise.<LlmProvider>promise();
                    changes.add(change.future());
                    context.runOnContext(_ -> change.complete(touched()));
                  }
                  return Future.succeededFuture();
                },
                new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
            .await();
    List<LlmProvider> changed =
        Future.all(changes)
            .map(all -> all.<LlmProvider>list())
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
    assertThat(changed).hasSize(12);
    assertThat(snapshot.invoke(INVOKER, "team-a").provider().version()).isEqualTo(13);
    store.vertx().undeploy(handlers).await();
  }

  private LlmProvider touched() {
    String model = "gpt-" + touches.incrementAndGet();
    return providers.update(
        WRITER, TEAM_A, _ -> true, draft -> draft.withModels(models(model)), List.of());
  }

  @Test
  void whoMayNotInvokeIsToldSoWhetherTheProviderExistsOrNot() {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    for (String name : List.of("team-a", "no-such-provider")) {
      assertThatExceptionOfType(Forbidden.class)
          .isThrownBy(() -> snapshot.invoke(READER, name))
          .withMessage(
              "lacks permission dataplane_adp_llmprovider_invoke on provider \"%s\"", name);
    }
  }

  @Test
  void anEmptyListOfModelsAllowsAllAndAnotherExactlyItsNames() {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    assertThat(snapshot.invoke(INVOKER, "team-a").allows("anything")).isTrue();
    providers.update(
        WRITER, TEAM_A, _ -> true, draft -> draft.withModels(models("gpt-5")), List.of());
    Invocation invocation = snapshot.invoke(INVOKER, "team-a");
    assertThat(invocation.allowsEveryModel()).isFalse();
    assertThat(invocation.allows("gpt-5")).isTrue();
    for (String other : List.of("", "GPT-5", "gpt-5 ", "gpt-5-mini", "gpt")) {
      assertThat(invocation.allows(other)).isFalse();
    }
  }

  @Test
  void aCallIsPricedWithTheProvidersOwnRates() {
    Rates own =
        new Rates(
            Optional.of(7_000_000L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    providers.update(
        WRITER,
        TEAM_A,
        _ -> true,
        draft -> draft.withModels(List.of(new ProviderModel("gpt-4o", own))),
        List.of());
    Cost cost =
        store
            .snapshot(CATALOG)
            .invoke(INVOKER, "team-a")
            .charges(
                "gpt-4o",
                "gpt-4o-2024-08-06",
                "",
                new Tokens(1, 1, 0, 0, 0, 0, 0, 0),
                clock.instant())
            .cost();
    assertThat(cost).isEqualTo(new Cost(7, 1_000, 0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void aCallKnowsTheGuardrailThatItMustPass() {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    Guardrail pii = store.guardrails().create(WRITER, guardrail("pii", "us-east-1"));
    providers.create(WRITER, bedrock("guarded", "us-east-1", "pii"), List.of());
    assertThat(snapshot.invoke(INVOKER, "guarded").guardrail()).contains(pii);
    assertThat(snapshot.invoke(INVOKER, "team-a").guardrail()).isEmpty();
  }

  @Test
  void noCallGoesPastAGuardrailThatTakesNone() throws SQLException {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    ResourceId pii = store.guardrails().create(WRITER, guardrail("pii", "us-east-1")).name();
    providers.create(WRITER, bedrock("guarded", "us-east-1", "pii"), List.of());
    store.guardrails().update(WRITER, pii, _ -> true, ProviderSnapshotTest::disabled);
    unguarded(snapshot, "guardrail \"pii\" of this provider is disabled: no call goes past it");
    store.execute("update guardrail set state = 'DELETING', enabled = true");
    unguarded(store.snapshot(CATALOG), "guardrail \"pii\" is being deleted");
  }

  private static Guardrail.Draft disabled(Guardrail.Draft draft) {
    return new Guardrail.Draft(
        draft.name(),
        draft.displayName(),
        draft.description(),
        false,
        draft.region(),
        draft.identifier(),
        draft.guardrailVersion());
  }

  private static void unguarded(ProviderSnapshot snapshot, String message) {
    Invocation invocation = snapshot.invoke(INVOKER, "guarded");
    assertThatExceptionOfType(Forbidden.class)
        .isThrownBy(invocation::guardrail)
        .withMessage(message);
  }

  @Test
  void aChangeOfAnotherProcessArrivesByAnnouncement() throws Exception {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    Database another = store.another();
    var theirs =
        new LlmProviders(
            another,
            new Secrets(another, store.masterKeys(), clock),
            Upstreams.LOCAL,
            clock,
            UUID::randomUUID);
    try (var _ = new ConfigWatch(store.vertx(), store.databaseUrl(), snapshot)) {
      theirs.create(WRITER, compatible("theirs", "http://localhost/v1", true), List.of());
      Eventually.holds("their provider is known", () -> isKnown(snapshot, "theirs"));
      theirs.delete(WRITER, new ResourceId("theirs"), _ -> true);
      Eventually.holds("their deletion is known", () -> !isKnown(snapshot, "theirs"));
    }
  }

  /** A provider whose secret is gone by the time that secrets are read would answer with errors. */
  @Test
  void whatIsReadIsOfOneMoment() {
    Database another = store.another();
    var theirSecrets = new Secrets(another, store.masterKeys(), clock);
    var theirs = new LlmProviders(another, theirSecrets, Upstreams.LOCAL, clock, UUID::randomUUID);
    Pool pool =
        InterferingPool.of(
            store.pool(1),
            "ciphertext",
            () -> {
              theirs.delete(WRITER, TEAM_A, _ -> true);
              theirSecrets.delete(WRITER, OPENAI_API_KEY);
            });
    var snapshot = new ProviderSnapshot(new Database(pool), store.masterKeys(), CATALOG, clock);
    assertThat(snapshot.invoke(INVOKER, "team-a").secret(OPENAI_API_KEY)).contains("sk-1");
    snapshot.refresh();
    assertThat(isKnown(snapshot, "team-a")).as("at the next look").isFalse();
  }

  @Test
  void aClientIsKnownUntilItIsRevokedOrExpires() {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    var bot =
        store
            .serviceAccounts()
            .create(ADMIN, new ResourceId("bot"), "Bot", Role.LLM_PROVIDER_INVOKER, true);
    assertThat(snapshot.actor(bot.clientId()))
        .contains(
            new Actor(
                "service-account:bot",
                "bot",
                Set.of(Role.LLM_PROVIDER_INVOKER),
                Optional.of("agents/bot"),
                Origin.SYSTEM));
    assertThat(snapshot.actor("nobody")).isEmpty();
    clock.advance(Duration.ofDays(90));
    assertThat(snapshot.actor(bot.clientId())).isEmpty();
    clock.advance(Duration.ofDays(-90));
    assertThat(snapshot.actor(bot.clientId())).isPresent();
    store.revoke(bot.clientId());
    assertThat(snapshot.actor(bot.clientId())).isEmpty();
  }

  @Test
  void theLastKnownStateStaysWhileTheDatabaseIsAway() {
    Pool pool = store.pool(1);
    var snapshot = new ProviderSnapshot(new Database(pool), store.masterKeys(), CATALOG, clock);
    pool.close().await();
    assertThatExceptionOfType(RuntimeException.class).isThrownBy(snapshot::refresh);
    assertThat(snapshot.invoke(INVOKER, "team-a").secret(OPENAI_API_KEY)).contains("sk-1");
    assertThat(snapshot.actor(store.admin().credential().clientId())).isPresent();
  }

  /** Otherwise one bad row would keep every later change, revocations too, from acting. */
  @Test
  void aSecretThatCannotBeOpenedIsMissingAndHoldsUpNothingElse() throws SQLException {
    ProviderSnapshot snapshot = store.snapshot(CATALOG);
    store.execute("update secret set ciphertext = 'short', wrapped_key = 'short'");
    providers.create(WRITER, compatible("later", "http://localhost/v1", true), List.of());
    assertThat(snapshot.invoke(INVOKER, "team-a").secret(OPENAI_API_KEY)).isEmpty();
    assertThat(isKnown(snapshot, "later")).isTrue();
  }

  private static boolean isKnown(ProviderSnapshot snapshot, String provider) {
    try {
      return snapshot.invoke(INVOKER, provider).provider().name().value().equals(provider);
    } catch (NotFound _) {
      return false;
    }
  }
}
