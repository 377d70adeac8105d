package dev.adp.store;

import static dev.adp.store.schema.Tables.CONFIG_VERSION;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Unavailable;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where jOOQ, which writes the SQL, meets the client that runs it. Its methods wait for the answer:
 * call them from virtual threads or threads of your own, never from an event loop.
 */
public final class Database extends Queries {
  /** Channel on which every process hears that the configuration has changed. */
  static final String CONFIG_CHANNEL = "adp_config";

  static final DSLContext sql =
      DSL.using(
          SQLDialect.POSTGRES,
          new Settings()
              .withParamType(ParamType.NAMED)
              .withRenderNamedParamPrefix("$") // $1, $2: what the wire speaks.
              .withRenderSchema(false));

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** The last resort: statements and connections end before, see {@link Postgres.Patience}. */
  private static final long ANSWER_S_MAX = 19;

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";
  private static final String RESTRICT_VIOLATION = "23001";
  private static final String QUERY_CANCELED = "57014";
  private static final String DEADLOCK = "40P01";

  /** Out of memory, of which locks are a part; more than a limit such as temp_file_limit. */
  private static final Set<String> OUT_OF_ROOM = Set.of("53200", "53400");

  private static final int ATTEMPTS_MAX = 3;

  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * Exceptions of the connection, resources that are used up, and an operator who stops the server
   * or whatever runs on it.
   */
  private static final Set<String> AWAY = Set.of("08", "53", "57");

  private final Pool pool;
  private final List<Runnable> afterConfigChange = new CopyOnWriteArrayList<>();

  public Database(Pool pool) {
    this.pool = pool;
  }

  /**
   * Returns once the database answers a question.
   *
   * @param max for so long it is asked again and again
   * @throws Unavailable when it did not answer until then
   */
  public void awaitAnswer(Duration max) {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      try {
        int _ = execute(sql.selectOne());
        return;
      } catch (Unavailable e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      LockSupport.parkNanos(ASK_AGAIN_NANOS);
    }
  }

  /** Runs after each committed change of the configuration, before its caller goes on. */
  void onConfigChange(Runnable listener) {
    afterConfigChange.add(listener);
  }

  @Override
  <T> List<T> list(Query query, Function<Row, T> read) {
    return list(pool, query, read);
  }

  /** Runs a statement and returns how many rows it touched. */
  int execute(Query query) {
    return run(pool, query).rowCount();
  }

  /** Runs a statement that is not made by jOOQ. */
  int execute(String statement, Tuple values) {
    return await(pool.preparedQuery(statement).execute(values)).rowCount();
  }

  /**
   * Runs the work in one transaction; whatever it throws rolls back. Of several who wait for each
   * other the server ends one, who has changed nothing then: he begins anew.
   */
  <T> T transaction(Function<Tx, T> work) {
    for (int attempt = 1; true; attempt++) {
      try {
        return once(work);
      } catch (PgException e) {
        if (attempt == ATTEMPTS_MAX || !DEADLOCK.equals(e.getSqlState())) {
          throw e;
        }
      }
    }
  }

  private <T> T once(Function<Tx, T> work) {
    SqlConnection connection = await(pool.getConnection());
    try {
      Transaction transaction = await(connection.begin());
      try {
        T result = work.apply(new Tx(connection));
        await(transaction.commit());
        return result;
      } catch (RuntimeException | Error e) {
        rollBack(transaction, e);
        throw e;
      }
    } finally {
      await(connection.close());
    }
  }

  /** Reads of one and the same moment, whatever is committed meanwhile. */
  <T> T snapshot(Function<Queries, T> work) {
    return transaction(
        tx -> {
          tx.execute(sql.query("set transaction isolation level repeatable read, read only"));
          return work.apply(tx);
        });
  }

  private static void rollBack(Transaction transaction, Throwable reason) {
    try {
      await(transaction.rollback());
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  /**
   * A transaction in which somebody changes the configuration; the work says so in the audit log.
   * Bumping the version comes last, so that this one row is locked only briefly and in the same
   * order by everyone.
   *
   * @throws IllegalStateException when the work left no line in the audit log
   */
  <T> T change(Actor actor, Function<Change, T> work) {
    T result =
        transaction(
            tx -> {
              var change = new Change(tx.connection, actor);
              T value = work.apply(change);
              if (change.nothing) {
                return value;
              }
              if (!change.audited) {
                throw new IllegalStateException("a change without a line in the audit log");
              }
              tx.execute(
                  sql.update(CONFIG_VERSION)
                      .set(CONFIG_VERSION.VERSION, CONFIG_VERSION.VERSION.plus(1)));
              tx.execute(sql.query("select pg_notify({0}, '')", DSL.inline(CONFIG_CHANNEL)));
              return value;
            });
    afterConfigChange.forEach(Database::runAfterCommit);
    return result;
  }

  /** What was committed stays committed: a listener that fails catches up at its next look. */
  private static void runAfterCommit(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.warn("a change is saved, but not in force in this process yet", e);
    }
  }

  /** Whether a text can stand in the database at all: PostgreSQL takes no NUL. */
  static boolean takes(String text) {
    return text.indexOf('\0') == -1;
  }

  static boolean isUniqueViolation(PgException e) {
    return UNIQUE_VIOLATION.equals(e.getSqlState());
  }

  /** Whether the server has ended a statement that took too long. */
  static boolean isCancelled(Unavailable away) {
    return away.getCause() instanceof PgException e && QUERY_CANCELED.equals(e.getSqlState());
  }

  /**
   * Whether a statement needed more locks, memory or temporary files than the server has for it.
   */
  static boolean isOutOfRoom(Unavailable away) {
    return away.getCause() instanceof PgException e
        && OUT_OF_ROOM.contains(String.valueOf(e.getSqlState()));
  }

  static boolean isForeignKeyViolation(PgException e) {
    return FOREIGN_KEY_VIOLATION.equals(e.getSqlState())
        || RESTRICT_VIOLATION.equals(e.getSqlState());
  }

  private static <T> List<T> list(SqlClient client, Query query, Function<Row, T> read) {
    var rows = new ArrayList<T>();
    run(client, query).forEach(row -> rows.add(read.apply(row)));
    return List.copyOf(rows);
  }

  private static RowSet<Row> run(SqlClient client, Query query) {
    Tuple values = Tuple.tuple();
    for (Object value : query.getBindValues()) {
      values.addValue(
          switch (value) {
            case JSONB json -> Json.decodeValue(json.data());
            case byte[] bytes -> Buffer.buffer(bytes);
            case null, default -> value;
          });
    }
    return await(client.preparedQuery(query.getSQL()).execute(values));
  }

  /**
   * Waits. The client fails with checked exceptions that no signature tells of, a refused
   * connection for one: they would pass every handler of failures on their way.
   */
  private static <T> T await(Future<T> future) {
    try {
      return future.await(ANSWER_S_MAX, TimeUnit.SECONDS);
    } catch (PgException e) {
      throw isAway(e) ? away(e) : e;
    } catch (VertxException e) { // No connection, or none left, or it broke off.
      throw away(e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw away(e);
    }
  }

  private static Unavailable away(Throwable cause) {
    return new Unavailable("The database does not answer.", cause);
  }

  /** Whether it is not about the statement: the server goes, comes or has no room at the moment. */
  private static boolean isAway(PgException e) {
    String state = String.valueOf(e.getSqlState());
    return AWAY.stream().anyMatch(state::startsWith);
  }

  /** One open transaction that changes the configuration. */
  static final class Change extends Tx {
    private final Actor actor;
    private boolean audited;
    private boolean nothing;

    private Change(SqlConnection connection, Actor actor) {
      super(connection);
      this.actor = actor;
    }

    /**
     * What is wanted is there already, so nothing is written: no new version makes somebody else's
     * etag a lie, and the audit log tells of no change that was none.
     */
    void isNone() {
      nothing = true;
    }

    /** Says in the audit log what is being done. */
    void audit(AuditEntry entry) {
      execute(entry.insert(actor));
      audited = true;
    }
  }

  /** One open transaction. */
  static class Tx extends Queries {
    private final SqlConnection connection;

    private Tx(SqlConnection connection) {
      this.connection = connection;
    }

    @Override
    <T> List<T> list(Query query, Function<Row, T> read) {
      return Database.list(connection, query, read);
    }

    /** As {@link Database#execute(String, Tuple)}, in this transaction. */
    int execute(String statement, Tuple values) {
      return await(connection.preparedQuery(statement).execute(values)).rowCount();
    }

    /** Runs a statement that is not made by jOOQ, with one JSON array as its only bind. */
    int executePlain(String statement, String jsonArray) {
      return execute(statement, Tuple.of(Json.decodeValue(jsonArray)));
    }

    /** Reads by a statement that is not made by jOOQ. */
    <T> List<T> list(String statement, Tuple values, Function<Row, T> read) {
      var rows = new ArrayList<T>();
      await(connection.preparedQuery(statement).execute(values))
          .forEach(row -> rows.add(read.apply(row)));
      return List.copyOf(rows);
    }

    int execute(Query query) {
      return run(connection, query).rowCount();
    }

    /**
     * Locks a row until the commit. Whoever has waited for its deletion finds none: one of the same
     * name that was made meanwhile is another, which nobody has locked and which he never meant.
     */
    void lock(Query row, Supplier<? extends RuntimeException> absent) {
      if (first(row, _ -> true).isEmpty()) {
        throw absent.get();
      }
    }
  }
}
