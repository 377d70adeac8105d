package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static dev.adp.store.Drafts.guardrail;
import static dev.adp.store.Drafts.key;
import static dev.adp.store.Drafts.openAi;
import static dev.adp.store.Drafts.passthrough;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.adp.domain.Actor;
import dev.adp.domain.AuditEvent;
import dev.adp.domain.AuditEvent.Outcome;
import dev.adp.domain.AuditEvent.Query;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.NewSecret;
import dev.adp.domain.Origin;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.SecretRef;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.domain.Slice;
import dev.adp.domain.User;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditLogTest {
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-22T00:00:00Z"));
  private static final Origin DESK = new Origin("portal", "192.0.2.7");

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  @Test
  void aChangeSaysWhoDidWhatFromWhereAndHowItLookedBefore() {
    store.secrets().create(WRITER, key("sk-1"), Map.of());
    LlmProviders providers = store.providers();
    providers.create(WRITER.from(DESK), openAi("team-a"), List.of());
    providers.update(
        ADMIN, new ResourceId("team-a"), _ -> true, draft -> draft.withEnabled(false), List.of());
    List<AuditEvent> lines = lines();
    assertThat(lines)
        .extracting(AuditEvent::actor, AuditEvent::action, AuditEvent::resource)
        .containsExactly(
            tuple(ADMIN.name(), "llmprovider_update", "llm-providers/team-a"),
            tuple(WRITER.name(), "llmprovider_create", "llm-providers/team-a"),
            tuple(WRITER.name(), "secret_create", "secrets/OPENAI_API_KEY"));
    assertThat(lines.get(1).origin()).isEqualTo(DESK);
    assertThat(lines.get(1).before()).isEmpty();
    assertThat(enabled(lines.getFirst().before())).isTrue();
    assertThat(enabled(lines.getFirst().after())).isFalse();
    assertThat(lines).extracting(AuditEvent::outcome).containsOnly(Outcome.DONE);
  }

  /** Whoever reads the log finds what he knows from the API. */
  @Test
  void aProviderLooksAsItDoesInTheApi() {
    var pricing =
        new Rates(
            Optional.of(5L), Optional.of(7L), Optional.empty(), Optional.empty(), Optional.empty());
    store
        .providers()
        .create(
            WRITER,
            passthrough("claude", "http://127.0.0.1:1")
                .withModels(List.of(new ProviderModel("m", pricing))),
            List.of());
    var after = new JsonObject(lines().getFirst().after().orElseThrow());
    assertThat(after.getString("type")).isEqualTo("LLM_PROVIDER_TYPE_ANTHROPIC");
    assertThat(after.getJsonObject("anthropic_config").getBoolean("authorization_passthrough"))
        .isTrue();
    assertThat(
            after.getJsonArray("provider_models").getJsonObject(0).getJsonObject("custom_pricing"))
        .isEqualTo(new JsonObject().put("input_per_million", "5").put("output_per_million", "7"));
  }

  @Test
  void credentialsThatAreClearedAwayAreLinesToo() {
    var accounts = store.serviceAccounts();
    var bot = new ResourceId("bot");
    var old = accounts.create(ADMIN, bot, "Bot", Role.READER, false);
    clock.advance(Lifetime.DEFAULT.duration());
    var fresh = accounts.addCredential(ADMIN, bot, Lifetime.DEFAULT);
    List<AuditEvent> lines = lines();
    assertThat(lines.get(0).resource()).endsWith("/credentials/" + fresh.clientId());
    assertThat(lines.get(1).resource()).endsWith("/credentials/" + old.clientId());
    assertThat(lines.get(1).before().orElseThrow()).contains(old.clientId(), "expires_at");
    assertThat(lines.get(1).after()).isEmpty();
  }

  /** As the two are that the first start makes. */
  @Test
  void aUserAndAServiceAccountThatAreCalledAlikeAreTwo() {
    Actor user = new User("twin", "twin@localhost", Role.ADMIN, false).actor();
    var credential =
        store.serviceAccounts().create(ADMIN, new ResourceId("twin"), "Twin", Role.ADMIN, false);
    Actor account =
        store.snapshot(ModelCatalog.shipped()).actor(credential.clientId()).orElseThrow();
    assertThat(user.plainName()).isEqualTo(account.plainName()).isEqualTo("twin");
    store.guardrails().create(user, guardrail("one", "us-east-1"));
    store.guardrails().create(account, guardrail("two", "us-east-1"));
    assertThat(done("user:twin")).containsExactly("guardrails/one");
    assertThat(done("service-account:twin")).containsExactly("guardrails/two");
    assertThat(done("twin")).containsExactly("guardrails/two", "guardrails/one");
    assertThat(done("oidc:twin")).isEmpty();
    assertThat(store.guardrails().get(ADMIN, new ResourceId("one")).createdBy())
        .isEqualTo("user:twin");
  }

  private static List<String> done(String actor) {
    return narrowed(new Query(actor, "", "", none(), none(), none())).stream()
        .map(AuditEvent::resource)
        .toList();
  }

  private static boolean enabled(Optional<String> provider) {
    return new JsonObject(provider.orElseThrow()).getBoolean("enabled");
  }

  @Test
  void aSecretOfTheProvidersFormIsALineOfItsOwnWithoutItsValue() {
    var inline = NewSecret.ofText(OPENAI_API_KEY, "marker-7f3a");
    store.providers().create(WRITER, openAi("team-a"), List.of(inline));
    store
        .secrets()
        .replace(
            WRITER,
            OPENAI_API_KEY,
            Optional.of(NewSecret.ofText(new SecretRef("OPENAI_API_KEY"), "marker-9b1c")),
            Optional.of(Map.of("team", "a")));
    assertThat(lines())
        .extracting(AuditEvent::action)
        .containsExactly("secret_update", "llmprovider_create", "secret_create");
    assertThat(lines().toString()).doesNotContain("marker").contains("value_replaced");
  }

  @Test
  void whatIsRolledBackLeavesNoLine() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> store.providers().create(WRITER, openAi("team-a"), List.of()));
    assertThat(lines()).isEmpty();
  }

  @Test
  void aChangeWithoutALineIsRolledBack() {
    var forgetful = Database.sql.query("update app_user set blocked = true");
    assertThatIllegalStateException()
        .isThrownBy(() -> store.database().change(ADMIN, tx -> tx.execute(forgetful)));
    assertThat(
            store
                .database()
                .first(Database.sql.query("select blocked from app_user"), r -> r.getBoolean(0)))
        .contains(false);
  }

  @Test
  void theLogIsReadPageByPageAndNarrowed() {
    IntStream.range(0, 5)
        .forEach(i -> store.guardrails().create(WRITER, guardrail("g" + i, "us-east-1")));
    var log = new AuditLog(store.database());
    Slice<AuditEvent> first = log.list(ADMIN, Query.ALL, 3, Optional.empty());
    store.guardrails().create(WRITER, guardrail("late", "us-east-1"));
    Slice<AuditEvent> second = log.list(ADMIN, Query.ALL, 3, first.next());
    assertThat(first.rows())
        .extracting(AuditEvent::resource)
        .containsExactly("guardrails/g4", "guardrails/g3", "guardrails/g2");
    assertThat(second.rows())
        .extracting(AuditEvent::resource)
        .containsExactly("guardrails/g1", "guardrails/g0");
    assertThat(second.next()).isEmpty();
    assertThat(narrowed(new Query("", "", "guardrails/g3", none(), none(), none()))).hasSize(1);
    assertThat(narrowed(new Query("nobody", "", "", none(), none(), none()))).isEmpty();
    assertThat(narrowed(new Query("", "guardrail_delete", "", none(), none(), none()))).isEmpty();
    assertThat(narrowed(new Query("", "", "", Optional.of(Outcome.REFUSED), none(), none())))
        .isEmpty();
    Instant longAgo = Instant.EPOCH;
    assertThat(narrowed(new Query("", "", "", none(), none(), Optional.of(longAgo)))).isEmpty();
    assertThat(narrowed(new Query("", "", "", none(), Optional.of(longAgo), none()))).hasSize(6);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> log.list(ADMIN, Query.ALL, 3, Optional.of(PageKey.ofName("1; drop table"))));
  }

  private static List<AuditEvent> narrowed(Query query) {
    return new AuditLog(store.database()).list(ADMIN, query, 1_000, Optional.empty()).rows();
  }

  private static <T> Optional<T> none() {
    return Optional.empty();
  }

  @Test
  void aStormOfRefusalsIsOneLineThatCounts() {
    try (var refusals = new RefusalLog(store.database(), clock)) {
      IntStream.range(0, 1_000).forEach(i -> refusals.refused("", DESK, "authenticate", ""));
      refusals.write();
      IntStream.range(0, 500).forEach(i -> refusals.refused("", DESK, "authenticate", ""));
      refusals.write();
    }
    assertThat(lines())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.outcome()).isEqualTo(Outcome.REFUSED);
              assertThat(line.repeated()).isEqualTo(1_499);
              assertThat(line.resource()).isEmpty();
              assertThat(line.at()).isEqualTo(clock.instant());
            });
  }

  @Test
  void whatWasRefusedOfEachThingIsALineOfItsOwn() {
    try (var refusals = new RefusalLog(store.database(), clock)) {
      for (int i = 0; i < 3; i++) {
        refusals.refused("bob", DESK, "llmprovider_delete", "llm-providers/a");
        refusals.refused("bob", DESK, "llmprovider_delete", "llm-providers/b");
      }
    }
    assertThat(lines())
        .extracting(AuditEvent::resource, AuditEvent::repeated)
        .containsExactlyInAnyOrder(tuple("llm-providers/a", 2L), tuple("llm-providers/b", 2L));
  }

  @Test
  void aStormFromEverywhereFillsNoMoreThanAHundredAndOneLines() {
    try (var refusals = new RefusalLog(store.database(), clock)) {
      IntStream.range(0, 10_000)
          .forEach(
              i -> refusals.refused("", new Origin("api", "2001:db8::" + i), "authenticate", ""));
    }
    List<AuditEvent> lines = lines();
    assertThat(lines).hasSize(101);
    assertThat(lines.stream().mapToLong(line -> 1 + line.repeated()).sum()).isEqualTo(10_000);
  }

  @Test
  void afterAMinuteTheSameRefusalIsANewLine() {
    try (var refusals = new RefusalLog(store.database(), clock)) {
      refusals.refused("bob", DESK, "secret_create", "secrets");
      refusals.write();
      clock.advance(Duration.ofSeconds(61));
      refusals.write();
      refusals.refused("bob", DESK, "secret_create", "secrets\n\u0000" + "x".repeat(1_000));
    }
    assertThat(lines()).hasSize(2);
    assertThat(lines().getFirst().resource()).hasSize(200).startsWith("secrets??x");
  }

  @Test
  void whatIsOlderThanItNeedsToBeGoes() throws SQLException {
    store.secrets().create(WRITER, key("sk-1"), Map.of());
    store.execute("update audit_log set at = timestamptz '2026-11-20T00:00:00Z'");
    store.guardrails().create(WRITER, guardrail("pii", "us-east-1"));
    store.execute(
        "update audit_log set at = timestamptz '2026-11-21T12:00:00Z' where action like 'guard%'");
    try (var retention =
        new AuditRetention(
            store.database(),
            new TestClock(Instant.parse("2026-11-22T00:00:00Z")),
            Duration.ofDays(1))) {
      int _ = retention.purge();
    }
    assertThat(lines()).extracting(AuditEvent::action).containsExactly("guardrail_create");
  }

  private static List<AuditEvent> lines() {
    return narrowed(Query.ALL);
  }

  /** A year of lines is millions: no filter may read them all, nor sort what it finds. */
  @ParameterizedTest
  @CsvSource({
    "actor = 'ada', audit_log_actor",
    "resource = 'secrets/RARE', audit_log_resource",
    "action = 'secret_delete', audit_log_action",
    "outcome = 'REFUSED', audit_log_refused",
  })
  void eachFilterHasAnIndexInTheOrderOfTheLog(String filter, String index) throws SQLException {
    store.execute(
        """
        insert into audit_log (actor, surface, address, action, resource, outcome)
        select case when n = 7 then 'ada' else 'bob' end, 'api', '',
          case when n = 7 then 'secret_delete' else 'secret_update' end,
          case when n = 7 then 'secrets/RARE' else 'secrets/OFTEN' end,
          case when n = 7 then 'REFUSED' else 'DONE' end
        from generate_series(1, 20000) n
        """);
    store.execute("analyze audit_log");
    String plan =
        String.join(
            "\n",
            store
                .database()
                .list(
                    Database.sql.resultQuery(
                        "explain select * from audit_log where %s order by id desc limit 51"
                            .formatted(filter)),
                    row -> row.getString(0)));
    assertThat(plan).contains(index).doesNotContain("Sort");
  }
}
