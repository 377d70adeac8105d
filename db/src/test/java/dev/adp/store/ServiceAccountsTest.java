package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.Unauthenticated;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAccountsTest {
  private static final ResourceId BOT = new ResourceId("bot");
  private static final TestClock clock = new TestClock(Instant.parse("2026-11-20T12:00:00Z"));

  @RegisterExtension static final StoreExtension store = new StoreExtension(clock);

  private final ServiceAccounts accounts = store.serviceAccounts();

  @Test
  void aCredentialSaysWhoseItIs() {
    var credential = accounts.create(ADMIN, BOT, "Bot", Role.LLM_PROVIDER_INVOKER, false);
    assertThat(accounts.authenticate(credential.clientId(), credential.clientSecret()))
        .isEqualTo(BOT);
    assertThat(credential.clientSecret()).hasSizeGreaterThanOrEqualTo(47);
    assertThat(credential.toString()).doesNotContain(credential.clientSecret());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "adp_wrong", "\u0000", "' or true --", "\ud800"})
  void aWrongSecretIsRefused(String secret) {
    var credential = accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    assertRefused(credential.clientId(), secret);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bot", "bot\u0000", "' or true --", "\ud800"})
  void anUnknownClientIsRefusedWithTheSameText(String clientId) {
    var credential = accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    assertRefused(clientId, credential.clientSecret());
  }

  @Test
  void theSecretOfAnotherCredentialIsRefused() {
    var bot = accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    var other = accounts.create(ADMIN, new ResourceId("other"), "Other", Role.READER, false);
    assertRefused(bot.clientId(), other.clientSecret());
  }

  @Test
  void theStoredHashIsNoSecret() throws SQLException {
    var credential = accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    String hash = java.util.HexFormat.of().formatHex(Passwords.fastHash(credential.clientSecret()));
    assertThat(
            store.number(
                "select count(*) from service_account_credential where encode(secret_hash, 'hex') = '%s'"
                    .formatted(hash)))
        .isEqualTo(1);
    assertRefused(credential.clientId(), hash);
  }

  @Test
  void aCredentialExpiresAfterNinetyDays() {
    var credential = accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    clock.advance(Duration.ofDays(90).minusNanos(1_000));
    assertThat(accounts.authenticate(credential.clientId(), credential.clientSecret()))
        .isEqualTo(BOT);
    clock.advance(Duration.ofNanos(1_000));
    assertRefused(credential.clientId(), credential.clientSecret());
  }

  @Test
  void aRevokedCredentialIsRefused() {
    var credential = accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    store.revoke(credential.clientId());
    assertRefused(credential.clientId(), credential.clientSecret());
  }

  @Test
  void aNameIsTakenOnce() throws SQLException {
    accounts.create(ADMIN, BOT, "Bot", Role.READER, false);
    assertThatExceptionOfType(AlreadyExists.class)
        .isThrownBy(() -> accounts.create(ADMIN, BOT, "Bot", Role.ADMIN, false))
        .withMessage("service account \"bot\" already exists");
    assertThat(
            store.number(
                "select count(*) from service_account_credential where service_account = 'bot'"))
        .isEqualTo(1);
  }

  /** Whoever lacks a permission of the new role, or that of making accounts, is refused. */
  @ParameterizedTest
  @EnumSource(value = Role.class, mode = EnumSource.Mode.EXCLUDE, names = "ADMIN")
  void nobodyGrantsWhatHeLacks(Role role) throws SQLException {
    var actor = new Actor("a", "a", role);
    for (Role granted : Role.values()) {
      assertThatExceptionOfType(Forbidden.class)
          .isThrownBy(() -> accounts.create(actor, BOT, "Bot", granted, false))
          .withMessageStartingWith("lacks permission dataplane_adp_");
    }
    assertThat(store.number("select count(*) from service_account where name = 'bot'")).isZero();
  }

  private void assertRefused(String clientId, String clientSecret) {
    assertThatExceptionOfType(Unauthenticated.class)
        .isThrownBy(() -> accounts.authenticate(clientId, clientSecret))
        .withMessage("client_id or client_secret is wrong or expired");
  }
}
