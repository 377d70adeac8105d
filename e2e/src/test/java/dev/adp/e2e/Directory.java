package dev.adp.e2e;

import dev.adp.domain.Actor;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.store.Database;
import dev.adp.store.Postgres;
import dev.adp.store.ServiceAccounts;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Makes service accounts and users of other roles, past the API that is being tested. */
final class Directory implements AutoCloseable {
  static final Actor ADMIN = new Actor("admin", "admin", Role.ADMIN);

  private final Vertx vertx = Vertx.vertx();
  private final String databaseUrl;
  private final Pool pool;
  private final Database database;

  /**
   * @param databaseUrl of a running program
   */
  Directory(String databaseUrl) {
    this.databaseUrl = databaseUrl;
    pool = Postgres.pool(vertx, databaseUrl, 2);
    database = new Database(pool);
  }

  Vertx vertx() {
    return vertx;
  }

  String databaseUrl() {
    return databaseUrl;
  }

  Database database() {
    return database;
  }

  /**
   * Makes a service account.
   *
   * @return a token that both planes know
   */
  String token(Program program, String name, Role role) {
    ServiceAccounts.Credential credential =
        new ServiceAccounts(database, Clock.systemUTC())
            .create(ADMIN, new ResourceId(name), name, role, false);
    String token = program.token(credential.clientId(), credential.clientSecret());
    var rest = new Rest(program.portal(), token);
    Eventually.eventually(
        () -> {
          if (rest.call("GET", "/v1/llm-provider-types", "").statusCode() != 200) {
            throw new AssertionError("the new service account is not known");
          }
        });
    return token;
  }

  /** The first column of what a statement finds. */
  List<String> rows(String statement) {
    var rows = new ArrayList<String>();
    pool.query(statement).execute().await().forEach(row -> rows.add(row.getString(0)));
    return rows;
  }

  /** Runs a statement past the store. */
  void execute(String statement) {
    var _ = pool.query(statement).execute().await();
  }

  /** Makes a user who signs in with the administrator's password. */
  void user(String name, Role role) {
    pool.preparedQuery(
            """
            insert into app_user (name, email, role, blocked, password_hash, created_at)
            select $1, $2, $3, false, password_hash, now() from app_user where name = 'admin'
            """)
        .execute(Tuple.of(name, name + "@localhost", role.displayName()))
        .await();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
