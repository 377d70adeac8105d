package dev.adp.store;

import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_INVOKE;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.AUDIT_LOG;
import static dev.adp.store.schema.Tables.CONNECTION_CHECK_PACE;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.adp.domain.Actor;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Saved;
import dev.adp.domain.ConnectionCheck.Unsaved;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.TooManyRequests;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.SecretRef;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** Checks of connections: who may make one, of what, how often, and what the audit log says. */
public final class ConnectionChecks {
  /** How many checks somebody may make at once; then one more as often as {@link #PACE} says. */
  static final int AT_ONCE_MAX = 5;

  static final Duration PACE = Duration.ofSeconds(12);

  /** What usage of configurations that are not saved belongs to. */
  static final UUID UNSAVED_UID = new UUID(0, 0);

  private final Database database;
  private final LlmProviders providers;
  private final ProviderSnapshot snapshot;
  private final Clock clock;

  public ConnectionChecks(
      Database database, LlmProviders providers, ProviderSnapshot snapshot, Clock clock) {
    this.database = database;
    this.providers = providers;
    this.snapshot = snapshot;
    this.clock = clock;
  }

  /**
   * Authorizes one check. A provider that takes no calls can be checked: people do that before they
   * enable it.
   *
   * @throws NotFound when there is no such provider
   * @throws dev.adp.domain.Failure.Invalid when the configuration could not be saved
   */
  public Invocation authorize(Actor actor, ConnectionCheck check) {
    actor.require(LLMPROVIDER_INVOKE);
    return switch (check.subject()) {
      case Saved(var name) -> {
        actor.require(LLMPROVIDER_UPDATE);
        snapshot.refresh(); // It may have been saved by another process just now.
        yield snapshot.trial(actor, name.value());
      }
      case Unsaved unsaved -> unsaved(actor, unsaved);
    };
  }

  private Invocation unsaved(Actor actor, Unsaved unsaved) {
    actor.require(LLMPROVIDER_CREATE);
    if (!unsaved.newSecrets().isEmpty()) {
      actor.require(SECRET_CREATE);
    }
    Map<SecretRef, String> given =
        unsaved.newSecrets().stream()
            .collect(
                toUnmodifiableMap(
                    NewSecret::name, secret -> new String(secret.value(), StandardCharsets.UTF_8)));
    LlmProvider.Draft draft = unsaved.draft();
    providers.requireSavable(draft.config(), given.keySet());
    Instant now = clock.instant();
    return snapshot.trial(
        actor, new LlmProvider(UNSAVED_UID, draft, now, now, actor.name(), actor.name(), 1), given);
  }

  /**
   * Counts one check against those that the actor may make.
   *
   * @throws TooManyRequests when he has made too many
   */
  public void take(Actor actor) {
    actor.require(LLMPROVIDER_INVOKE);
    OffsetDateTime now = Times.now(clock);
    OffsetDateTime latest = now.plus(PACE.multipliedBy(AT_ONCE_MAX - 1));
    Field<OffsetDateTime> freeAt = CONNECTION_CHECK_PACE.FREE_AT;
    int _ = database.execute(sql.deleteFrom(CONNECTION_CHECK_PACE).where(freeAt.lt(now)));
    Optional<OffsetDateTime> taken =
        database.first(
            sql.insertInto(CONNECTION_CHECK_PACE)
                .set(CONNECTION_CHECK_PACE.ACTOR, actor.name())
                .set(freeAt, now.plus(PACE))
                .onConflict(CONNECTION_CHECK_PACE.ACTOR)
                .doUpdate()
                .set(
                    freeAt,
                    DSL.field(
                        "greatest({0}, {1}) + make_interval(secs => {2})",
                        freeAt.getDataType(),
                        freeAt,
                        DSL.val(now, freeAt),
                        DSL.inline(PACE.toSeconds())))
                .where(freeAt.le(latest))
                .returning(freeAt),
            row -> row.getOffsetDateTime(0));
    if (taken.isEmpty()) {
      throw new TooManyRequests(
          "You have checked connections too often: %d at once are allowed, and then one every %d seconds."
              .formatted(AT_ONCE_MAX, PACE.toSeconds()),
          wait(actor, latest));
    }
  }

  private Duration wait(Actor actor, OffsetDateTime latest) {
    return database
        .first(
            sql.select(CONNECTION_CHECK_PACE.FREE_AT)
                .from(CONNECTION_CHECK_PACE)
                .where(CONNECTION_CHECK_PACE.ACTOR.eq(actor.name())),
            row -> row.getOffsetDateTime(0))
        .map(freeAt -> Duration.between(latest, freeAt).plusMillis(999))
        .map(wait -> Duration.ofSeconds(Math.clamp(wait.toSeconds(), 1, PACE.toSeconds())))
        .orElse(PACE);
  }

  /**
   * Says in the audit log who checks what, before he does: a call that nobody could be told of must
   * not be made.
   *
   * @return the line, to be ended
   */
  public long begin(Actor actor, ConnectionCheck check) {
    actor.require(LLMPROVIDER_INVOKE);
    var subject = new JsonObject().put("model", check.model());
    String resource =
        switch (check.subject()) {
          case Saved(var name) -> "llm-providers/" + name;
          case Unsaved(var draft, _) -> {
            subject.put("provider", ProviderJson.write(draft)); // Where it led to is worth a line.
            yield "connection-checks";
          }
        };
    return database
        .first(
            new AuditEntry("connection_check", resource, null, subject)
                .insert(actor)
                .returning(AUDIT_LOG.ID),
            row -> row.getLong(0))
        .orElseThrow();
  }

  /** Says in a line of the audit log how the check ended. */
  public void end(Actor actor, long line, ConnectionResult result) {
    actor.require(LLMPROVIDER_INVOKE);
    var outcome = new JsonObject().put("ok", result.ok());
    result.status().ifPresent(status -> outcome.put("status", status));
    result.cause().ifPresent(cause -> outcome.put("cause", cause.name()));
    int _ =
        database.execute(
            sql.update(AUDIT_LOG)
                .set(
                    AUDIT_LOG.AFTER,
                    DSL.field(
                        "{0} || {1}",
                        AUDIT_LOG.AFTER.getDataType(),
                        AUDIT_LOG.AFTER,
                        DSL.val(JSONB.jsonb(outcome.encode()))))
                .where(AUDIT_LOG.ID.eq(line)));
  }
}
