package dev.adp.store;

import static dev.adp.domain.Permission.USER_GET;
import static dev.adp.domain.Permission.USER_LIST;
import static dev.adp.domain.Permission.USER_UPDATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.BLOCKED_SUBJECT;

import dev.adp.domain.Actor;
import dev.adp.domain.BlockedSubject;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.PageKey;
import dev.adp.domain.Slice;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/** External identities that have been shut out, whatever their tokens and sessions say. */
public final class BlockedSubjects {
  private static final Pattern SUBJECT = Pattern.compile("[!-~]{1,255}");
  private static final int REASON_CHARS_MAX = 1_000;

  private final Database database;
  private final Clock clock;

  public BlockedSubjects(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The subjects in order, from a place in the list on. */
  public Slice<BlockedSubject> list(Actor actor, int rowsMax, Optional<PageKey> after) {
    actor.require(USER_LIST);
    actor.require(USER_GET);
    var rows =
        database.list(
            sql.selectFrom(BLOCKED_SUBJECT)
                .where(
                    after
                        .map(key -> BLOCKED_SUBJECT.SUBJECT.gt(key.name()))
                        .orElseGet(DSL::noCondition))
                .orderBy(BLOCKED_SUBJECT.SUBJECT)
                .limit(rowsMax + 1),
            BlockedSubjects::read);
    return Slice.of(rows, rowsMax, row -> PageKey.ofName(row.subject()));
  }

  /** Shuts an identity out; one that is blocked already stays so, for the new reason. */
  public BlockedSubject block(Actor actor, String subject, String reason) {
    actor.require(USER_UPDATE);
    new Violations()
        .check(
            SUBJECT.matcher(subject).matches(), "id", "must be 1 to 255 printable ASCII characters")
        .check(
            reason.length() <= REASON_CHARS_MAX && Database.takes(reason),
            "reason",
            "must have at most 1000 characters and no NUL")
        .throwIfAny();
    return database.change(
        actor,
        tx -> {
          Optional<BlockedSubject> before =
              tx.first(select(subject).forUpdate(), BlockedSubjects::read);
          if (before.filter(blocked -> blocked.reason().equals(reason)).isPresent()) {
            tx.isNone();
            return before.get();
          }
          tx.execute(
              sql.insertInto(BLOCKED_SUBJECT)
                  .set(BLOCKED_SUBJECT.SUBJECT, subject)
                  .set(BLOCKED_SUBJECT.REASON, reason)
                  .set(BLOCKED_SUBJECT.BLOCKED_AT, Times.now(clock))
                  .set(BLOCKED_SUBJECT.BLOCKED_BY, actor.name())
                  .onConflict(BLOCKED_SUBJECT.SUBJECT)
                  .doUpdate()
                  .set(BLOCKED_SUBJECT.REASON, reason));
          JsonObject after = json(reason);
          tx.audit(
              before
                  .map(
                      was ->
                          AuditEntry.updated(USER_UPDATE, path(subject), json(was.reason()), after))
                  .orElseGet(() -> AuditEntry.created(USER_UPDATE, path(subject), after)));
          return tx.first(select(subject), BlockedSubjects::read).orElseThrow();
        });
  }

  /**
   * Lets an identity in again.
   *
   * @throws NotFound when it is not blocked
   */
  public void unblock(Actor actor, String subject) {
    actor.require(USER_UPDATE);
    boolean _ =
        database.change(
            actor,
            tx -> {
              BlockedSubject before =
                  Optional.of(subject)
                      .filter(SUBJECT.asMatchPredicate())
                      .flatMap(id -> tx.first(select(id).forUpdate(), BlockedSubjects::read))
                      .orElseThrow(() -> new NotFound("blocked subject", subject));
              tx.execute(
                  sql.deleteFrom(BLOCKED_SUBJECT).where(BLOCKED_SUBJECT.SUBJECT.eq(subject)));
              tx.audit(AuditEntry.deleted(USER_UPDATE, path(subject), json(before.reason())));
              return true;
            });
  }

  /** For the snapshot. */
  static Set<String> all(Queries queries) {
    return Set.copyOf(
        queries.list(
            sql.select(BLOCKED_SUBJECT.SUBJECT).from(BLOCKED_SUBJECT), row -> row.getString(0)));
  }

  private static SelectConditionStep<?> select(String subject) {
    return sql.selectFrom(BLOCKED_SUBJECT).where(BLOCKED_SUBJECT.SUBJECT.eq(subject));
  }

  /** As the audit log shows it. */
  private static JsonObject json(String reason) {
    return new JsonObject().put("reason", reason);
  }

  private static String path(String subject) {
    return "blocked-subjects/" + subject;
  }

  private static BlockedSubject read(Row row) {
    return new BlockedSubject(
        row.getString("subject"),
        row.getString("reason"),
        Times.read(row, "blocked_at"),
        row.getString("blocked_by"));
  }
}
