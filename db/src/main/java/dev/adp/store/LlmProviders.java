package dev.adp.store;

import static dev.adp.domain.Permission.LLMPROVIDER_CREATE;
import static dev.adp.domain.Permission.LLMPROVIDER_DELETE;
import static dev.adp.domain.Permission.LLMPROVIDER_GET;
import static dev.adp.domain.Permission.LLMPROVIDER_LIST;
import static dev.adp.domain.Permission.LLMPROVIDER_UPDATE;
import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.domain.Permission.SPENDING_GET;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.LLM_PROVIDER_SECRET;

import dev.adp.domain.Actor;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Failure.AlreadyExists;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Failure.PreconditionFailed;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.Page;
import dev.adp.domain.PageKey;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderOverview;
import dev.adp.domain.ProviderQuery;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Slice;
import dev.adp.domain.UpstreamCheck;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import io.vertx.pgclient.PgException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jooq.Condition;

/** LLM providers: the one place that portal and API read and write them through. */
public final class LlmProviders {
  private final Database database;
  private final Secrets secrets;
  private final UpstreamCheck upstreams;
  private final Clock clock;
  private final Supplier<UUID> uids;

  public LlmProviders(
      Database database,
      Secrets secrets,
      UpstreamCheck upstreams,
      Clock clock,
      Supplier<UUID> uids) {
    this.database = database;
    this.secrets = secrets;
    this.upstreams = upstreams;
    this.clock = clock;
    this.uids = uids;
  }

  /**
   * Creates a provider, together with secrets that are given inline.
   *
   * @throws dev.adp.domain.Failure.Invalid when it refers to a secret that does not exist
   * @throws AlreadyExists when the name, or that of a new secret, is taken
   */
  public LlmProvider create(Actor actor, LlmProvider.Draft draft, List<NewSecret> newSecrets) {
    actor.require(LLMPROVIDER_CREATE);
    requireSecretCreate(actor, newSecrets);
    Optional<Violation> address = addressRefusal(draft.config());
    Instant now = Times.now(clock).toInstant();
    var provider = new LlmProvider(uids.get(), draft, now, now, actor.name(), actor.name(), 1);
    try {
      return database.change(
          actor,
          tx -> {
            newSecrets.forEach(secret -> secrets.insert(tx, secret, Map.of()));
            requireReferences(tx, draft.config(), Set.of(), address);
            insert(tx, provider);
            tx.audit(
                AuditEntry.created(
                    LLMPROVIDER_CREATE, path(draft.name()), ProviderJson.write(draft)));
            return provider;
          });
    } catch (PgException e) {
      throw Database.isUniqueViolation(e)
          ? new AlreadyExists("LLM provider", draft.name().value())
          : e;
    }
  }

  public LlmProvider get(Actor actor, ResourceId name) {
    actor.require(LLMPROVIDER_GET);
    return database
        .first(ProviderRows.select().where(live(name)), ProviderRows::read)
        .orElseThrow(() -> notFound(name));
  }

  /**
   * Providers from a place in the list on.
   *
   * @throws dev.adp.domain.Failure.Invalid when the place is none in a list of this order
   */
  public Slice<LlmProvider> list(
      Actor actor, ProviderQuery query, int rowsMax, Optional<PageKey> after) {
    actor.require(LLMPROVIDER_LIST);
    actor.require(LLMPROVIDER_GET);
    return ProviderPage.providers(database, query, rowsMax, after);
  }

  /**
   * A page of providers with what each has spent in the last seven days.
   *
   * @param offset rows before the page
   * @param zone whose midnights part the days
   */
  public Page<ProviderOverview> overviews(
      Actor actor, ProviderQuery query, int rowsMax, int offset, ZoneId zone) {
    actor.require(LLMPROVIDER_LIST);
    actor.require(LLMPROVIDER_GET);
    actor.require(SPENDING_GET);
    return ProviderPage.overviews(database, query, rowsMax, offset, clock.instant(), zone);
  }

  /**
   * Changes a provider; name and type stay what they are.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @param change is asked again when it brings a new base URL
   * @throws PreconditionFailed when someone else has saved since
   */
  public LlmProvider update(
      Actor actor,
      ResourceId name,
      Predicate<String> unchanged,
      UnaryOperator<LlmProvider.Draft> change,
      List<NewSecret> newSecrets) {
    actor.require(LLMPROVIDER_UPDATE);
    requireSecretCreate(actor, newSecrets);
    Map<BaseUrl, Optional<Violation>> lookedAt = new HashMap<>();
    while (true) {
      try {
        return update(actor, name, unchanged, change, newSecrets, lookedAt);
      } catch (NewUpstream found) {
        ProviderConfig config = found.config;
        config.givenBaseUrl().ifPresent(url -> lookedAt.put(url, addressRefusal(config)));
      }
    }
  }

  /**
   * Ends a transaction before it has changed anything, since a new base URL must be looked at
   * first: nobody waits for the name service with a row locked and a connection taken.
   */
  private static final class NewUpstream extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ProviderConfig config;

    NewUpstream(ProviderConfig config) {
      super("a base URL that nobody has looked at", null, false, false);
      this.config = config;
    }
  }

  private LlmProvider update(
      Actor actor,
      ResourceId name,
      Predicate<String> unchanged,
      UnaryOperator<LlmProvider.Draft> change,
      List<NewSecret> newSecrets,
      Map<BaseUrl, Optional<Violation>> lookedAt) {
    return database.change(
        actor,
        tx -> {
          LlmProvider before = locked(tx, name, unchanged);
          var after =
              new LlmProvider(
                  before.uid(),
                  change.apply(before.draft()),
                  before.createdAt(),
                  Times.now(clock).toInstant(),
                  before.createdBy(),
                  actor.name(),
                  before.version() + 1);
          requireSameIdentity(before, after);
          Optional<Violation> address = seen(before.config(), after.config(), lookedAt);
          newSecrets.forEach(secret -> secrets.insert(tx, secret, Map.of()));
          requireReferences(tx, after.config(), Set.of(), address);
          if (newSecrets.isEmpty() && after.draft().equals(before.draft())) {
            tx.isNone();
            return before;
          }
          write(tx, after);
          tx.audit(
              AuditEntry.updated(
                  LLMPROVIDER_UPDATE,
                  path(name),
                  ProviderJson.write(before.draft()),
                  ProviderJson.write(after.draft())));
          return after;
        });
  }

  /** What is wrong with the address of a new base URL, once it has been looked at. */
  private static Optional<Violation> seen(
      ProviderConfig before, ProviderConfig after, Map<BaseUrl, Optional<Violation>> lookedAt) {
    Optional<BaseUrl> url = after.givenBaseUrl();
    if (url.isEmpty() || url.equals(before.givenBaseUrl())) {
      return Optional.empty();
    }
    if (!lookedAt.containsKey(url.get())) {
      throw new NewUpstream(after);
    }
    return lookedAt.get(url.get());
  }

  /**
   * Deletes a provider and what was said through it. Its usage and its secrets stay; its name
   * becomes free.
   *
   * @param unchanged whether the stored etag is still the one that the caller knows
   * @throws PreconditionFailed when someone else has saved since
   */
  public void delete(Actor actor, ResourceId name, Predicate<String> unchanged) {
    actor.require(LLMPROVIDER_DELETE);
    UUID deleted =
        database.change(
            actor,
            tx -> {
              LlmProvider before = locked(tx, name, unchanged);
              UUID uid = before.uid();
              tx.execute(
                  sql.deleteFrom(LLM_PROVIDER_SECRET)
                      .where(LLM_PROVIDER_SECRET.PROVIDER_UID.eq(uid)));
              tx.execute(
                  sql.update(LLM_PROVIDER)
                      .set(LLM_PROVIDER.DELETED_AT, Times.now(clock))
                      .setNull(LLM_PROVIDER.GUARDRAIL_UID)
                      .set(LLM_PROVIDER.UPDATED_BY, actor.name())
                      .where(LLM_PROVIDER.UID.eq(uid)));
              tx.audit(
                  AuditEntry.deleted(
                      LLMPROVIDER_DELETE, path(name), ProviderJson.write(before.draft())));
              return uid;
            });
    new TranscriptPurge(database).ofDeleted(deleted);
  }

  /**
   * The provider, kept as it is until the commit. First the lock, then the reading: of a statement
   * that has waited for a lock PostgreSQL reads only the locked row again, so that models and
   * guardrail would be those of before the change that it waited for.
   */
  private static LlmProvider locked(Database.Tx tx, ResourceId name, Predicate<String> unchanged) {
    tx.lock(sql.selectOne().from(LLM_PROVIDER).where(live(name)).forUpdate(), () -> notFound(name));
    LlmProvider stored =
        tx.first(ProviderRows.select().where(live(name)), ProviderRows::read).orElseThrow();
    requireUnchanged(stored, unchanged);
    return stored;
  }

  private static void requireUnchanged(LlmProvider stored, Predicate<String> unchanged) {
    if (!unchanged.test(stored.etag())) {
      throw new PreconditionFailed(
          "LLM provider \"%s\" was changed by %s since you read it: read it again"
              .formatted(stored.name(), stored.updatedBy()));
    }
  }

  private static void requireSecretCreate(Actor actor, List<NewSecret> newSecrets) {
    if (!newSecrets.isEmpty()) {
      actor.require(SECRET_CREATE);
    }
  }

  /** Waits for the name service. */
  private Optional<Violation> addressRefusal(ProviderConfig config) {
    return config
        .givenBaseUrl()
        .flatMap(upstreams::refusal)
        .map(reason -> new Violation(config.fieldName() + ".base_url", reason));
  }

  /**
   * What a save would refuse of a configuration. Waits.
   *
   * @param given names of secrets whose values come along
   */
  void requireSavable(ProviderConfig config, Set<SecretRef> given) {
    Optional<Violation> address = addressRefusal(config);
    boolean _ =
        database.transaction(
            tx -> {
              requireReferences(tx, config, given, address);
              return true;
            });
  }

  /** The same, for whoever tells it beside what else is wrong. Waits. */
  public List<Violation> unresolved(Actor actor, ProviderConfig config) {
    actor.require(LLMPROVIDER_UPDATE);
    try {
      requireSavable(config, Set.of());
      return List.of();
    } catch (Invalid invalid) {
      return invalid.violations();
    }
  }

  private static void requireSameIdentity(LlmProvider before, LlmProvider after) {
    new Violations()
        .check(before.name().equals(after.name()), "name", "cannot be changed after creation")
        .check(
            before.config().type().equals(after.config().type()),
            "type",
            "cannot be changed after creation")
        .throwIfAny();
  }

  /**
   * Locks what is referred to, so that it cannot vanish before the commit.
   *
   * @param address what is wrong with it, to be said in one go with the rest
   */
  private static void requireReferences(
      Database.Tx tx, ProviderConfig config, Set<SecretRef> given, Optional<Violation> address) {
    var violations = new Violations();
    address.ifPresent(violations::add);
    Secrets.requireExisting(
        tx, config.secretUses().filter(use -> !given.contains(use.secret())).toList(), violations);
    if (config instanceof ProviderConfig.Bedrock bedrock) {
      Guardrails.requireUsable(tx, bedrock, violations);
    }
    violations.throwIfAny();
  }

  private static void insert(Database.Tx tx, LlmProvider provider) {
    tx.execute(
        sql.insertInto(LLM_PROVIDER)
            .set(LLM_PROVIDER.UID, provider.uid())
            .set(LLM_PROVIDER.NAME, provider.name().value())
            .set(LLM_PROVIDER.TYPE, provider.config().type())
            .set(LLM_PROVIDER.CREATED_AT, Times.of(provider.createdAt()))
            .set(LLM_PROVIDER.CREATED_BY, provider.createdBy())
            .set(ProviderRows.columns(provider)));
    writeParts(tx, provider);
  }

  private static void write(Database.Tx tx, LlmProvider provider) {
    tx.execute(
        sql.update(LLM_PROVIDER)
            .set(ProviderRows.columns(provider))
            .where(LLM_PROVIDER.UID.eq(provider.uid())));
    writeParts(tx, provider);
  }

  private static void writeParts(Database.Tx tx, LlmProvider provider) {
    ProviderRows.writeModels(tx, provider);
    tx.execute(
        sql.update(LLM_PROVIDER)
            .set(LLM_PROVIDER.GUARDRAIL_UID, Guardrails.uid(provider.config().attachedGuardrail()))
            .where(LLM_PROVIDER.UID.eq(provider.uid())));
    tx.execute(
        sql.deleteFrom(LLM_PROVIDER_SECRET)
            .where(LLM_PROVIDER_SECRET.PROVIDER_UID.eq(provider.uid())));
    provider
        .config()
        .secretUses()
        .forEach(
            use ->
                tx.execute(
                    sql.insertInto(LLM_PROVIDER_SECRET)
                        .set(LLM_PROVIDER_SECRET.PROVIDER_UID, provider.uid())
                        .set(LLM_PROVIDER_SECRET.FIELD, use.field())
                        .set(LLM_PROVIDER_SECRET.SECRET_NAME, use.secret().value())));
  }

  private static String path(ResourceId name) {
    return "llm-providers/" + name;
  }

  static Condition live(ResourceId name) {
    return LLM_PROVIDER.NAME.eq(name.value()).and(LLM_PROVIDER.DELETED_AT.isNull());
  }

  private static NotFound notFound(ResourceId name) {
    return new NotFound("LLM provider", name.value());
  }
}
