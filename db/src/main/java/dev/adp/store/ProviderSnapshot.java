package dev.adp.store;

import static dev.adp.domain.Permission.LLMPROVIDER_INVOKE;
import static dev.adp.store.Database.sql;
import static dev.adp.store.schema.Tables.CONFIG_VERSION;
import static dev.adp.store.schema.Tables.GUARDRAIL;
import static dev.adp.store.schema.Tables.LLM_PROVIDER;
import static dev.adp.store.schema.Tables.SERVICE_ACCOUNT;
import static dev.adp.store.schema.Tables.SERVICE_ACCOUNT_CREDENTIAL;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.adp.domain.Actor;
import dev.adp.domain.Failure.Disabled;
import dev.adp.domain.Failure.Forbidden;
import dev.adp.domain.Failure.NotFound;
import dev.adp.domain.Guardrail;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.Origin;
import dev.adp.domain.PriceCatalog;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.SecretRef;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Everything that a call needs to know, in memory: providers, the secrets that they refer to, and
 * who may call. Reading it never waits; {@link ConfigWatch} keeps it current, and it stays as it
 * was while the database is away.
 */
public final class ProviderSnapshot {
  private final Database database;
  private final MasterKeys masterKeys;
  private final Clock clock;
  private final List<Runnable> afterChange = new CopyOnWriteArrayList<>();
  private volatile long currentAtNanos = System.nanoTime();
  private volatile State state;

  /**
   * Reads the configuration for the first time; a later change through this database is seen at
   * once.
   *
   * @param catalog prices calls as long as the database has no catalogue in force
   */
  public ProviderSnapshot(
      Database database, MasterKeys masterKeys, PriceCatalog catalog, Clock clock) {
    this.database = database;
    this.masterKeys = masterKeys;
    this.clock = clock;
    this.state =
        new State(
            0,
            Map.of(),
            Map.of(),
            OpenedSecrets.NONE,
            Map.of(),
            SigningKeys.Ring.NONE,
            new HeldCatalog(0, catalog),
            Set.of());
    refresh();
    database.onConfigChange(this::refresh);
  }

  private record State(
      long version,
      Map<String, LlmProvider> providers,
      Map<ResourceId, Guardrail> guardrails,
      OpenedSecrets secrets,
      Map<String, Client> clients,
      SigningKeys.Ring signingKeys,
      HeldCatalog catalog,
      Set<String> blocked) {}

  private record Client(Actor actor, Instant expiresAt) {}

  /** Names of the providers that exist, for the labels of metrics. */
  public Set<String> providerNames() {
    return state.providers().keySet();
  }

  /** How long ago the configuration was last known to be current. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - currentAtNanos);
  }

  /** Whom a client id stands for, unless it was revoked or has expired. */
  public Optional<Actor> actor(String clientId) {
    return Optional.ofNullable(state.clients().get(clientId))
        .filter(client -> client.expiresAt().isAfter(clock.instant()))
        .map(Client::actor);
  }

  /** Whether a provider still is what it was, in whatever form; a deleted one is no more. */
  public boolean knows(LlmProvider provider) {
    LlmProvider now = state.providers().get(provider.name().value());
    return now != null && now.uid().equals(provider.uid());
  }

  /** Runs after each change of what is known here, on the thread that noticed it. */
  public void onChange(Runnable listener) {
    afterChange.add(listener);
  }

  /** Whether an external identity has been shut out. */
  public boolean isBlocked(String subject) {
    return state.blocked().contains(subject);
  }

  /** The keys of our tokens; never empty. */
  public SigningKeys.Ring signingKeys() {
    return state.signingKeys();
  }

  /** The price catalogue in force. */
  public PriceCatalog catalog() {
    return state.catalog().catalog();
  }

  /** All that prices are made of; equal as long as no price changes. */
  Object prices() {
    State now = state;
    return List.of(
        now.catalog(),
        now.providers().values().stream()
            .collect(toUnmodifiableMap(LlmProvider::uid, LlmProvider::models)));
  }

  /**
   * Authorizes one call.
   *
   * @throws Forbidden when the actor may not invoke providers
   * @throws NotFound when there is no such provider
   * @throws Disabled when it takes no calls
   */
  public Invocation invoke(Actor actor, String name) {
    if (!actor.may(LLMPROVIDER_INVOKE)) {
      throw new Forbidden(LLMPROVIDER_INVOKE, " on provider \"%s\"".formatted(name));
    }
    State now = state;
    LlmProvider provider = now.providers().get(name);
    if (provider == null) {
      throw new NotFound("LLM provider", name);
    }
    if (!provider.enabled()) {
      throw new Disabled(name);
    }
    return new Invocation(
        actor, provider, now.guardrails(), now.secrets().values(), now.catalog().catalog());
  }

  /**
   * The right to try a provider, whether it takes calls or not.
   *
   * @throws NotFound when there is no such provider
   */
  Invocation trial(Actor actor, String name) {
    State now = state;
    LlmProvider provider = now.providers().get(name);
    if (provider == null) {
      throw new NotFound("LLM provider", name);
    }
    return new Invocation(
        actor, provider, now.guardrails(), now.secrets().values(), now.catalog().catalog());
  }

  /**
   * The right to try a configuration that is not saved. Waits for the secrets that it refers to.
   *
   * @param given values that come along
   */
  Invocation trial(Actor actor, LlmProvider provider, Map<SecretRef, String> given) {
    Map<SecretRef, String> values =
        new HashMap<>(OpenedSecrets.named(database, masterKeys, names(provider)));
    values.putAll(given);
    return new Invocation(
        actor, provider, state.guardrails(), Map.copyOf(values), state.catalog().catalog());
  }

  private static List<String> names(LlmProvider provider) {
    return provider.config().secretUses().map(use -> use.secret().value()).toList();
  }

  /**
   * Reads the configuration again if its version has grown. Waits; not for event loops. Several may
   * read at once: a lock held while one waits for the database would stop all handlers that share
   * its virtual-thread context, and so the very answer that it waits for.
   */
  void refresh() {
    long began = System.nanoTime();
    if (version(database) > state.version()) {
      publish(database.snapshot(this::read));
    }
    currentAtNanos = began;
  }

  private static long version(Queries queries) {
    return queries
        .first(sql.select(CONFIG_VERSION.VERSION).from(CONFIG_VERSION), row -> row.getLong(0))
        .orElseThrow();
  }

  /**
   * All of it as it is at one moment: a provider never goes with the secrets, the guardrails or the
   * prices of another time.
   */
  private State read(Queries queries) {
    return new State(
        version(queries),
        providers(queries),
        guardrails(queries),
        OpenedSecrets.read(queries, masterKeys, state.secrets()),
        clients(queries),
        signingKeys(queries),
        HeldCatalog.read(queries, state.catalog()),
        BlockedSubjects.all(queries));
  }

  private void publish(State read) {
    synchronized (this) {
      if (read.version() <= state.version()) {
        return;
      }
      state = read;
    }
    afterChange.forEach(Runnable::run);
  }

  private static Map<String, LlmProvider> providers(Queries queries) {
    return queries
        .list(ProviderRows.select().where(LLM_PROVIDER.DELETED_AT.isNull()), ProviderRows::read)
        .stream()
        .collect(toUnmodifiableMap(provider -> provider.name().value(), Function.identity()));
  }

  /** All of them: one that nobody uses yet may be tried with a configuration that is not saved. */
  private static Map<ResourceId, Guardrail> guardrails(Queries queries) {
    return queries.list(sql.selectFrom(GUARDRAIL), Guardrails::read).stream()
        .collect(toUnmodifiableMap(Guardrail::name, Function.identity()));
  }

  /** The same object as long as nothing of it changes: others build on it. */
  private SigningKeys.Ring signingKeys(Queries queries) {
    SigningKeys.Ring read = new SigningKeys(queries, masterKeys).load(state.signingKeys());
    return read.equals(state.signingKeys()) ? state.signingKeys() : read;
  }

  private static Map<String, Client> clients(Queries queries) {
    return queries
        .list(
            sql.select(
                    SERVICE_ACCOUNT_CREDENTIAL.CLIENT_ID,
                    SERVICE_ACCOUNT_CREDENTIAL.EXPIRES_AT,
                    SERVICE_ACCOUNT.NAME,
                    SERVICE_ACCOUNT.ROLE,
                    SERVICE_ACCOUNT.AGENT)
                .from(SERVICE_ACCOUNT_CREDENTIAL)
                .join(SERVICE_ACCOUNT)
                .on(SERVICE_ACCOUNT.NAME.eq(SERVICE_ACCOUNT_CREDENTIAL.SERVICE_ACCOUNT)),
            ProviderSnapshot::client)
        .stream()
        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map.Entry<String, Client> client(Row row) {
    String name = row.getString("name");
    var actor =
        new Actor(
            Actor.SERVICE_ACCOUNT + name,
            name,
            Set.of(Role.named(row.getString("role")).orElseThrow()),
            row.getBoolean("agent") ? Optional.of("agents/" + name) : Optional.empty(),
            Origin.SYSTEM);
    return Map.entry(row.getString("client_id"), new Client(actor, Times.read(row, "expires_at")));
  }
}
