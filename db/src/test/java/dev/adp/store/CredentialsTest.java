package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.adp.domain.Actor;
import dev.adp.domain.AuditEvent;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The credentials of one service account: several at a time, each with its own end. */
class CredentialsTest {
  private static final ResourceId BOT = new ResourceId("bot");
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final ServiceAccounts accounts = store.serviceAccounts();

  @BeforeEach
  void createAccount() {
    accounts.create(ADMIN, draft(Role.LLM_PROVIDER_INVOKER, false));
  }

  @Test
  void severalLiveAtATime() {
    ServiceAccounts.Credential old = add();
    clock.advance(Duration.ofSeconds(1));
    ServiceAccounts.Credential fresh = add();
    assertThat(authenticates(old)).isTrue();
    assertThat(authenticates(fresh)).isTrue();
    accounts.deleteCredential(ADMIN, BOT, old.clientId());
    assertThat(authenticates(old)).isFalse();
    assertThat(authenticates(fresh)).isTrue();
    assertThat(accounts.get(ADMIN, BOT).credentials())
        .extracting(ServiceAccount.Credential::clientId)
        .containsExactly(fresh.clientId());
  }

  @Test
  void eachEndsAtItsOwnTime() {
    ServiceAccounts.Credential minute = add(Duration.ofMinutes(1));
    ServiceAccounts.Credential year = add(Duration.ofDays(365));
    assertThat(minute.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(1)));
    clock.advance(Duration.ofMinutes(1));
    assertThat(authenticates(minute)).isFalse();
    assertThat(authenticates(year)).isTrue();
    clock.advance(Duration.ofDays(365));
    assertThat(authenticates(year)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT59.999S", "P365DT0.001S", "PT-1M"})
  void aLifetimeIsFromAMinuteToAYear(String lifetime) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> new Lifetime(Duration.parse(lifetime)))
        .withMessage("ttl: must be from 60s to 31536000s (365 days)");
  }

  @Test
  void thereAreTenAtMostAndExpiredOnesMakeRoom() {
    for (int i = 0; i < ServiceAccount.CREDENTIALS_MAX; i++) {
      var _ = add();
    }
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(this::add)
        .withMessage("service account \"bot\" has 10 credentials already: delete one first");
    clock.advance(Duration.ofDays(90));
    ServiceAccounts.Credential fresh = add();
    assertThat(accounts.get(ADMIN, BOT).credentials())
        .extracting(ServiceAccount.Credential::clientId)
        .containsExactly(fresh.clientId());
  }

  @Test
  void theLastUseIsKnownToTheMinute() throws SQLException {
    ServiceAccounts.Credential credential = add();
    assertThat(lastUse()).isEmpty();
    Instant first = clock.instant();
    assertThat(authenticates(credential)).isTrue();
    clock.advance(Duration.ofSeconds(60));
    assertThat(authenticates(credential)).isTrue();
    assertThat(lastUse()).contains(first); // Not each request for a token writes.
    clock.advance(Duration.ofSeconds(1));
    assertThat(authenticates(credential)).isTrue();
    assertThat(lastUse()).contains(clock.instant());
    var _ = catchThrowable(() -> accounts.authenticate(credential.clientId(), "wrong"));
    assertThat(lastUse()).contains(clock.instant());
  }

  private Optional<Instant> lastUse() {
    return accounts.get(ADMIN, BOT).credentials().getFirst().lastUsedAt();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bot-", "bot-' or true --", "bot-\u0000", "admin"})
  void whatIsNoCredentialOfTheAccountIsNotFound(String id) {
    String admins =
        accounts.get(ADMIN, new ResourceId("admin")).credentials().getFirst().clientId();
    for (String tried : List.of(id, admins)) {
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(() -> accounts.deleteCredential(ADMIN, BOT, tried));
    }
  }

  /** GHSA-69x8-hrgq-fjj8: who reads the table must not be able to pass on what stands in it. */
  @Test
  void theStoredHashInNoSpellingIsASecret() {
    ServiceAccounts.Credential credential = add();
    byte[] hash = Passwords.fastHash(credential.clientSecret());
    String latin1 = new String(hash, StandardCharsets.ISO_8859_1);
    String hex = HexFormat.of().formatHex(hash);
    for (String spelling :
        List.of(
            hex,
            hex.toUpperCase(java.util.Locale.ROOT),
            "\\x" + hex,
            latin1,
            Base64.getEncoder().encodeToString(hash),
            Base64.getUrlEncoder().withoutPadding().encodeToString(hash),
            "adp_" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash))) {
      assertThatExceptionOfType(Unauthenticated.class)
          .isThrownBy(() -> accounts.authenticate(credential.clientId(), spelling));
    }
    assertThat(authenticates(credential)).isTrue();
  }

  @Test
  void neitherTheListNorTheAuditLogShowsASecret() {
    ServiceAccounts.Credential credential = add();
    assertThat(credential.toString()).doesNotContain(credential.clientSecret());
    AuditEvent line =
        new AuditLog(store.database())
            .list(ADMIN, AuditEvent.Query.ALL, 1, Optional.empty())
            .rows()
            .getFirst();
    assertThat(line.resource())
        .isEqualTo("service-accounts/bot/credentials/" + credential.clientId());
    assertThat(line.toString())
        .contains("expires_at", credential.clientId())
        .doesNotContain(credential.clientSecret());
  }

  /** Another process learns of it by announcement, or at its next look: within five seconds. */
  @Test
  void whatIsRevokedHereIsRefusedThere() throws Exception {
    ServiceAccounts.Credential revoked = add();
    ServiceAccounts.Credential kept = add();
    ProviderSnapshot here = store.snapshot(ModelCatalog.shipped());
    var there =
        new ProviderSnapshot(store.another(), store.masterKeys(), ModelCatalog.shipped(), clock);
    try (var _ = new ConfigWatch(store.vertx(), store.databaseUrl(), there)) {
      accounts.deleteCredential(ADMIN, BOT, revoked.clientId());
      assertThat(here.actor(revoked.clientId())).as("at once here").isEmpty();
      assertThat(new ServiceAccounts(store.another(), clock))
          .satisfies(
              theirs ->
                  assertThat(
                          catchThrowable(
                              () ->
                                  theirs.authenticate(revoked.clientId(), revoked.clientSecret())))
                      .as("at once at every token endpoint")
                      .isInstanceOf(Unauthenticated.class));
      Eventually.holds("revoked there", () -> there.actor(revoked.clientId()).isEmpty());
      accounts.update(ADMIN, BOT, _ -> true, _ -> draft(Role.READER, true));
      assertThat(here.actor(kept.clientId()).map(Actor::roles)).contains(Set.of(Role.READER));
      Eventually.holds(
          "the role and the flag have changed there",
          () ->
              there
                  .actor(kept.clientId())
                  .filter(actor -> actor.roles().contains(Role.READER))
                  .filter(actor -> actor.agent().equals(Optional.of("agents/bot")))
                  .isPresent());
      accounts.delete(ADMIN, BOT, _ -> true);
      assertThat(here.actor(kept.clientId())).isEmpty();
      Eventually.holds("deleted there", () -> there.actor(kept.clientId()).isEmpty());
    }
  }

  private ServiceAccounts.Credential add() {
    return accounts.addCredential(ADMIN, BOT, Lifetime.DEFAULT);
  }

  private ServiceAccounts.Credential add(Duration lifetime) {
    return accounts.addCredential(ADMIN, BOT, new Lifetime(lifetime));
  }

  private boolean authenticates(ServiceAccounts.Credential credential) {
    try {
      return accounts.authenticate(credential.clientId(), credential.clientSecret()).equals(BOT);
    } catch (Unauthenticated _) {
      return false;
    }
  }

  private static ServiceAccount.Draft draft(Role role, boolean agent) {
    return new ServiceAccount.Draft(BOT, "Bot", role, agent);
  }
}
