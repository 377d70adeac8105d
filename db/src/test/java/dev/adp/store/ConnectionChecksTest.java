package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;
import static dev.adp.store.Drafts.OPENAI_API_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Saved;
import dev.adp.domain.ConnectionCheck.Unsaved;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.TooManyRequests;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Violation;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectionChecksTest {
  private static final TestClock CLOCK = new TestClock(Instant.parse("2026-11-24T10:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(CLOCK);

  private static ConnectionChecks checks() {
    return new ConnectionChecks(
        store.database(), store.providers(), store.snapshot(ModelCatalog.shipped()), CLOCK);
  }

  private static ConnectionCheck saved(String name) {
    return new ConnectionCheck(new Saved(new ResourceId(name)), "gpt-x", Optional.empty());
  }

  private static ConnectionCheck unsaved(Draft draft, NewSecret... secrets) {
    return new ConnectionCheck(new Unsaved(draft, List.of(secrets)), "gpt-x", Optional.empty());
  }

  @Test
  void aProviderThatTakesNoCallsCanBeChecked() {
    store.secrets().create(ADMIN, Drafts.key("sk-1"), Map.of());
    store.providers().create(ADMIN, Drafts.openAi("team-a").withEnabled(false), List.of());
    Invocation invocation = checks().authorize(WRITER, saved("team-a"));
    assertThat(invocation.provider().enabled()).isFalse();
    assertThat(invocation.secret(OPENAI_API_KEY)).contains("sk-1");
  }

  @Test
  void aProviderThatAnotherProcessHasJustSavedIsFound() {
    ConnectionChecks checks = checks();
    var elsewhere = store.another();
    var secrets = new Secrets(elsewhere, store.masterKeys(), CLOCK);
    secrets.create(ADMIN, Drafts.key("sk-1"), Map.of());
    new LlmProviders(elsewhere, secrets, Upstreams.LOCAL, CLOCK, UUID::randomUUID)
        .create(ADMIN, Drafts.openAi("team-a"), List.of());
    assertThat(checks.authorize(WRITER, saved("team-a")).provider().name().value())
        .isEqualTo("team-a");
    assertThatExceptionOfType(NotFound.class)
        .isThrownBy(() -> checks.authorize(WRITER, saved("nobody")));
  }

  @Test
  void aConfigurationThatIsNotSavedMayBringItsSecretsAndNothingOfItIsStored() throws SQLException {
    Invocation invocation =
        checks().authorize(WRITER, unsaved(Drafts.openAi("team-a"), Drafts.key("sk-inline")));
    assertThat(invocation.secret(OPENAI_API_KEY)).contains("sk-inline");
    assertThat(store.number("select count(*) from secret")).isZero();
    assertThat(store.number("select count(*) from llm_provider")).isZero();
  }

  @Test
  void aConfigurationThatIsNotSavedReadsStoredSecrets() {
    store.secrets().create(ADMIN, Drafts.key("sk-stored"), Map.of());
    assertThat(checks().authorize(WRITER, unsaved(Drafts.openAi("new"))).secret(OPENAI_API_KEY))
        .contains("sk-stored");
    assertThat(
            checks()
                .authorize(WRITER, unsaved(Drafts.openAi("new"), Drafts.key("sk-other")))
                .secret(OPENAI_API_KEY))
        .contains("sk-other");
  }

  @Test
  void whatCouldNotBeSavedIsNotTried() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> checks().authorize(WRITER, unsaved(Drafts.openAi("team-a"))))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation(
                            "openai_config.api_key_ref", "secret \"OPENAI_API_KEY\" not found")));
    for (String url : List.of("http://169.254.169.254/v1", "http://[fd00:ec2::254]/v1")) {
      Draft draft = Drafts.openAi("team-a", url);
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(() -> checks().authorize(WRITER, unsaved(draft, Drafts.key("v"))))
          .satisfies(
              e ->
                  assertThat(e.violations())
                      .extracting(Violation::field)
                      .containsExactly("openai_config.base_url"));
    }
  }

  /** Whatever process he asks: the count is in the database. */
  @Test
  void onlyAFewChecksAMinute() throws SQLException {
    store.execute("delete from connection_check_pace");
    var others =
        new ConnectionChecks(
            store.another(), store.providers(), store.snapshot(ModelCatalog.shipped()), CLOCK);
    for (int i = 0; i < ConnectionChecks.AT_ONCE_MAX; i++) {
      (i % 2 == 0 ? checks() : others).take(WRITER);
    }
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> checks().take(WRITER))
        .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(ConnectionChecks.PACE));
    checks().take(ADMIN); // Another caller has his own.
    CLOCK.advance(ConnectionChecks.PACE.minusSeconds(1));
    assertThatExceptionOfType(TooManyRequests.class)
        .isThrownBy(() -> others.take(WRITER))
        .satisfies(e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)));
    CLOCK.advance(Duration.ofSeconds(1));
    others.take(WRITER);
    assertThatExceptionOfType(TooManyRequests.class).isThrownBy(() -> others.take(WRITER));
    CLOCK.advance(Duration.ofHours(1));
    checks().take(ADMIN);
    assertThat(store.number("select count(*) from connection_check_pace"))
        .as("rows of the past are gone")
        .isEqualTo(1);
  }

  @Test
  void theAuditLogSaysWhoCheckedWhatAndHowItEnded() {
    ConnectionChecks checks = checks();
    long first = checks.begin(WRITER, saved("team-a"));
    assertThat(checks.begin(WRITER, unsavedWithKey())).isGreaterThan(first);
    checks.end(
        WRITER,
        first,
        new ConnectionResult(
            7, Optional.of(401), "no such key", Optional.of(Cause.CREDENTIAL_REJECTED), "Try."));
    List<AuditEvent> events =
        new AuditLog(store.database())
            .list(ADMIN, AuditEvent.Query.ALL, 10, Optional.empty())
            .rows();
    assertThat(events)
        .extracting(AuditEvent::actor, AuditEvent::action, AuditEvent::resource)
        .containsExactly(
            tuple("wim", "connection_check", "connection-checks"),
            tuple("wim", "connection_check", "llm-providers/team-a"));
    assertThat(events.getLast().after().orElseThrow())
        .contains("CREDENTIAL_REJECTED", "401", "gpt-x")
        .doesNotContain("no such key");
    assertThat(events.getFirst().after().orElseThrow())
        .contains("http://127.0.0.1:1/v1", "OPENAI_API_KEY", "gpt-x")
        .as("it has not ended")
        .doesNotContain("sk-inline", "\"ok\"");
  }

  private static ConnectionCheck unsavedWithKey() {
    return unsaved(Drafts.openAi("new", "http://127.0.0.1:1/v1"), Drafts.key("sk-inline"));
  }
}
