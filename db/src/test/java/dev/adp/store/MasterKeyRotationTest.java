package dev.adp.store;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.schema.Tables.SECRET;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.Failure.Conflict;
import dev.adp.domain.NewSecret;
import dev.adp.domain.SecretRef;
import dev.adp.store.MasterKeyRotation.Work;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyRotationTest {
  private static final Clock CLOCK = Clock.systemUTC();

  /** One to put the key in force, four secrets, one signing key. */
  private static final int STEPS = 6;

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  private final Vertx vertx = Vertx.vertx();
  private final Pool pool = Postgres.pool(vertx, postgres.databaseUrl(), 4);
  private final Database database = new Database(pool);
  private final MasterKey old = MasterKey.ofBase64(MasterKey.generate());
  private final MasterKey next = MasterKey.ofBase64(MasterKey.generate());
  private final MasterKeys both = MasterKeys.of(next, old);

  /** A kill: nothing after it happens. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void fourSecretsThatAProviderUses() {
    boolean _ = FirstRun.prepare(database, MasterKeys.of(old), CLOCK, _ -> {});
    var secrets = new Secrets(database, MasterKeys.of(old), CLOCK);
    for (int i = 0; i < 4; i++) {
      secrets.create(ADMIN, secret(i, "value-" + i), Map.of());
    }
  }

  @AfterEach
  void emptyAgain() throws SQLException {
    pool.close().await();
    vertx.close().await();
    execute(
        "truncate master_key, secret, app_user, service_account, signing_key, audit_log cascade");
  }

  private static NewSecret secret(int number, String value) {
    return NewSecret.ofText(new SecretRef("KEY_" + number), value);
  }

  @Test
  void everythingIsWrappedByTheNewKeyAndTheOldOneIsStruckOut() throws SQLException {
    assertThat(rotation().pending(ADMIN)).isEqualTo(new Work(List.of(old.id()), next.id(), 4, 1));
    assertThat(rotation().run(ADMIN)).isEqualTo(new Work(List.of(old.id()), next.id(), 4, 1));

    assertDone();
    assertThat(rotation().pending(ADMIN)).isEqualTo(new Work(List.of(), next.id(), 0, 0));
    assertThat(actions()).containsSubsequence("master_key_retire", "master_key_rotate");
    assertThat(audited()).contains(old.id(), next.id()).doesNotContain("value-");
  }

  /** Whoever has read a secret may still say so: it is the same secret. */
  @Test
  void theEtagOfASecretStays() {
    var secrets = new Secrets(database, both, CLOCK);
    var name = new SecretRef("KEY_0");
    String before = secrets.get(ADMIN, name).etag();
    rotation().run(ADMIN);
    assertThat(secrets.get(ADMIN, name).etag()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aRunThatIsKilledAfterAnyStepIsFinishedByTheNext(int steps) throws SQLException {
    assertThatExceptionOfType(Killed.class).isThrownBy(() -> killedAfter(steps).run(ADMIN));

    assertThat(values(both)).isEqualTo(expected());
    assertThat(FirstRun.prepare(database, both, CLOCK, _ -> {})).isFalse();
    assertThatExceptionOfType(FirstRun.WrongMasterKey.class)
        .isThrownBy(() -> FirstRun.prepare(database, MasterKeys.of(old), CLOCK, _ -> {}));
    assertThatExceptionOfType(FirstRun.WrongMasterKey.class)
        .isThrownBy(() -> FirstRun.prepare(database, MasterKeys.of(next), CLOCK, _ -> {}));

    Work left = rotation().run(ADMIN);
    assertThat(left.secrets() + left.signingKeys()).isEqualTo(STEPS - steps);
    assertDone();
  }

  @Test
  void whatIsSealedWhileARotationIsUnderWayIsSealedByTheNewKey() throws SQLException {
    assertThatExceptionOfType(Killed.class).isThrownBy(() -> killedAfter(2).run(ADMIN));
    new Secrets(database, both, CLOCK)
        .replace(ADMIN, new SecretRef("KEY_3"), Optional.of(secret(3, "other")), Optional.empty());
    assertThat(number("select count(*) from secret where key_id = '%s'".formatted(next.id())))
        .isEqualTo(2);
    rotation().run(ADMIN);
    assertThat(values(MasterKeys.of(next))).containsEntry("KEY_3", "other");
  }

  @Test
  void aProcessThatMissedTheRotationSaysSoWhenItIsToSeal() {
    rotation().run(ADMIN);
    var missed = new Secrets(database, MasterKeys.of(old), CLOCK);
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> missed.create(ADMIN, secret(9, "v"), Map.of()))
        .withMessageContaining(next.id())
        .withMessageContaining("restart it with the new key");
  }

  @Test
  void aProcessWithTheOldKeyAloneGoesOnWithWhatItHasOpened() throws SQLException {
    execute(
        """
        insert into llm_provider values (gen_random_uuid(), 'p', 'P', '', 'OPENAI', true,
          '{"api_key_ref": "KEY_0"}', false, false, now(), now(), 'x', 'x', 1, null);
        insert into llm_provider_secret select uid, 'api_key_ref', 'KEY_0' from llm_provider
        """);
    var before = OpenedSecrets.read(database, MasterKeys.of(old), OpenedSecrets.NONE);
    var ring = new SigningKeys(database, MasterKeys.of(old)).load();
    rotation().run(ADMIN);

    assertThat(OpenedSecrets.read(database, MasterKeys.of(old), before)).isEqualTo(before);
    assertThat(OpenedSecrets.read(database, MasterKeys.of(old), OpenedSecrets.NONE).values())
        .isEmpty();
    assertThat(new SigningKeys(database, MasterKeys.of(old)).load(ring)).isEqualTo(ring);
    execute("delete from llm_provider");
  }

  @Test
  void keysThatAreReadFromFilesAreReadAgainWhenAnotherTurnsUp() throws Exception {
    var calls = new AtomicInteger();
    var files = new MasterKeys(() -> calls.getAndIncrement() == 0 ? List.of(old) : List.of(next));
    rotation().run(ADMIN);
    Eventually.holds("the new key is found", () -> files.find(next.id()).isPresent());
    assertThat(calls).hasValue(2);
    assertThat(values(files)).isEqualTo(expected());
  }

  @Test
  void aRowThatNoGivenKeyOpensIsNamedAndStopsTheRunBeforeTheOldKeyGoes() throws SQLException {
    execute("update secret set wrapped_key = '\\x00' where name = 'KEY_2'");
    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> rotation().run(ADMIN))
        .withMessageContaining("\"KEY_2\"");
    assertThat(number("select count(*) from master_key")).isEqualTo(2);
  }

  private MasterKeyRotation rotation() {
    return new MasterKeyRotation(database, both, next);
  }

  private MasterKeyRotation killedAfter(int steps) {
    var taken = new AtomicInteger();
    return new MasterKeyRotation(
        database,
        both,
        next,
        () -> {
          if (taken.incrementAndGet() == steps) {
            throw new Killed();
          }
        });
  }

  private void assertDone() throws SQLException {
    assertThat(values(MasterKeys.of(next))).isEqualTo(expected());
    assertThat(number("select count(*) from master_key")).isEqualTo(1);
    assertThat(new SigningKeys(database, MasterKeys.of(next)).load().keys())
        .allSatisfy(key -> assertThat(key.privatePem()).isPresent());
    assertThat(FirstRun.prepare(database, MasterKeys.of(next), CLOCK, _ -> {})).isFalse();
    assertThatExceptionOfType(FirstRun.WrongMasterKey.class)
        .isThrownBy(() -> FirstRun.prepare(database, MasterKeys.of(old), CLOCK, _ -> {}));
  }

  private static Map<String, String> expected() {
    return Map.of("KEY_0", "value-0", "KEY_1", "value-1", "KEY_2", "value-2", "KEY_3", "value-3");
  }

  private Map<String, String> values(MasterKeys keys) {
    return database
        .list(
            Database.sql.selectFrom(SECRET),
            row ->
                Map.entry(
                    row.getString("name"),
                    new String(
                        keys.open(
                            row.getString("name"),
                            new MasterKey.Sealed(
                                row.getString("key_id"),
                                row.getBuffer("wrapped_key"),
                                row.getBuffer("ciphertext"))),
                        UTF_8)))
        .stream()
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private List<AuditEvent> events() {
    return new AuditLog(database).list(ADMIN, AuditEvent.Query.ALL, 20, Optional.empty()).rows();
  }

  private List<String> actions() {
    return events().stream().map(AuditEvent::action).toList();
  }

  private String audited() {
    return events().toString();
  }

  private static void execute(String statement) throws SQLException {
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl());
        var plain = connection.createStatement()) {
      plain.execute(statement);
    }
  }

  private static long number(String query) throws SQLException {
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl());
        var plain = connection.createStatement();
        var rows = plain.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
