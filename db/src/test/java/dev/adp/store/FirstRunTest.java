package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.adp.domain.AuditEvent;
import dev.adp.domain.Role;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.sql.DriverManager;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FirstRunTest {
  private static final int STARTS = 4;

  @RegisterExtension static final PostgresExtension postgres = new PostgresExtension();

  private final Vertx vertx = Vertx.vertx();
  private final Pool pool = Postgres.pool(vertx, postgres.databaseUrl(), STARTS);
  private final Database database = new Database(pool);
  private final MasterKey masterKey = MasterKey.ofBase64(MasterKey.generate());
  private final List<FirstRun.Admin> admins = new CopyOnWriteArrayList<>();

  @AfterEach
  void emptyAgain() throws Exception {
    pool.close().await();
    vertx.close().await();
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute(
          "truncate audit_log, master_key, app_user, service_account, signing_key cascade");
    }
  }

  @Test
  void severalFirstStartsAtOnceMakeOneAdministrator() throws Exception {
    var together = new CountDownLatch(1);
    List<Future<Boolean>> starts = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(STARTS)) {
      for (int i = 0; i < STARTS; i++) {
        starts.add(
            threads.submit(
                () -> {
                  together.await();
                  return FirstRun.prepare(
                      database, MasterKeys.of(masterKey), Clock.systemUTC(), admins::add);
                }));
      }
      together.countDown();
    }
    List<Boolean> first = new ArrayList<>();
    for (Future<Boolean> start : starts) {
      first.add(start.get());
    }
    assertThat(first).containsOnlyOnce(true);
    assertThat(admins).hasSize(1);
    assertThat(new SigningKeys(database, MasterKeys.of(masterKey)).load().keys()).hasSize(1);
  }

  @Test
  void theCredentialsOfTheFirstStartWork() {
    assertThat(prepare(masterKey)).isTrue();
    FirstRun.Admin admin = admins.getFirst();
    var sessions = new PortalSessions(database, Clock.systemUTC());
    String token = sessions.signIn(admin.username(), admin.password(), "127.0.0.1");
    assertThat(sessions.find(token).orElseThrow().user().role()).isEqualTo(Role.ADMIN);
    assertThat(
            new ServiceAccounts(database, Clock.systemUTC())
                .authenticate(admin.credential().clientId(), admin.credential().clientSecret()))
        .hasToString("admin");
    assertThat(admin.toString())
        .doesNotContain(admin.password())
        .doesNotContain(admin.credential().clientSecret());
  }

  @Test
  void whoCameFirstIsInTheAuditLog() {
    prepare(masterKey);
    var admin = Actors.ADMIN;
    List<AuditEvent> lines =
        new AuditLog(database).list(admin, AuditEvent.Query.ALL, 10, Optional.empty()).rows();
    String credential = admins.getFirst().credential().clientId();
    assertThat(lines)
        .extracting(AuditEvent::actor, AuditEvent::action, AuditEvent::resource)
        .containsExactly(
            tuple(
                "first-start",
                "serviceaccount_update",
                "service-accounts/admin/credentials/" + credential),
            tuple("first-start", "serviceaccount_create", "service-accounts/admin"),
            tuple("first-start", "user_create", "users/admin"));
    assertThat(lines).extracting(line -> line.origin().surface()).containsOnly("system");
    assertThat(lines.toString())
        .contains("admin@localhost")
        .doesNotContain(admins.getFirst().password())
        .doesNotContain(admins.getFirst().credential().clientSecret());
  }

  @Test
  void aSecondStartMakesNothing() {
    assertThat(prepare(masterKey)).isTrue();
    assertThat(prepare(masterKey)).isFalse();
    assertThat(admins).hasSize(1);
  }

  @Test
  void anotherMasterKeyIsRefusedNamingBothFingerprints() {
    prepare(masterKey);
    MasterKey other = MasterKey.ofBase64(MasterKey.generate());
    assertThatExceptionOfType(FirstRun.WrongMasterKey.class)
        .isThrownBy(() -> prepare(other))
        .withMessageContaining(other.id())
        .withMessageContaining(masterKey.id())
        .withMessageContaining("ADP_MASTER_KEY");
    assertThat(new SigningKeys(database, MasterKeys.of(other)).load().keys())
        .allSatisfy(key -> assertThat(key.privatePem()).isEmpty());
  }

  @Test
  void credentialsThatCannotBeKeptAreNotCommitted() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                FirstRun.prepare(
                    database,
                    MasterKeys.of(masterKey),
                    Clock.systemUTC(),
                    _ -> {
                      throw new IllegalStateException("disk full");
                    }));
    assertThat(prepare(masterKey)).isTrue();
    assertThat(admins).hasSize(1);
  }

  private boolean prepare(MasterKey key) {
    return FirstRun.prepare(database, MasterKeys.of(key), Clock.systemUTC(), admins::add);
  }
}
