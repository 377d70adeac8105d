package dev.adp.api;

import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
import dev.adp.domain.Violations;
import dev.adp.store.ServiceAccounts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/service-accounts}: the secret of a credential comes out once, when it is made. */
final class ServiceAccountApi {
  private static final Set<String> OUTPUT_ONLY =
      Set.of("credentials", "created_at", "updated_at", "etag");
  private static final Set<String> CREDENTIAL_OUTPUT_ONLY =
      Set.of("id", "client_id", "created_at", "expires_at", "last_used_at");
  private static final UpdateMask MASK =
      new UpdateMask(
          Map.of(
              "name", Set.of(),
              "display_name", Set.of(),
              "role", Set.of(),
              "agent", Set.of()),
          OUTPUT_ONLY);

  /** Stands in for a name that is wrong, so that the rest can be checked too. */
  private static final ResourceId ANY_NAME = new ResourceId("x");

  private final ServiceAccounts accounts;

  ServiceAccountApi(ServiceAccounts accounts) {
    this.accounts = accounts;
  }

  void mount(Router router) {
    router.get("/v1/service-accounts").handler(this::list);
    router.post("/v1/service-accounts").handler(this::create);
    router.get("/v1/service-accounts/:name").handler(this::get);
    router.patch("/v1/service-accounts/:name").handler(this::update);
    router.delete("/v1/service-accounts/:name").handler(this::delete);
    router.post("/v1/service-accounts/:name/credentials").handler(this::addCredential);
    router.delete("/v1/service-accounts/:name/credentials/:id").handler(this::deleteCredential);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var slice = accounts.list(request.actor(), request.pageSize(), request.pageKey());
    ctx.json(
        new JsonObject()
            .put(
                "service_accounts",
                new JsonArray(slice.rows().stream().map(ServiceAccountApi::write).toList()))
            .put("next_page_token", request.nextPageToken(slice.next())));
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    ServiceAccount created = accounts.create(request.actor(), read(request.body()));
    ctx.response()
        .setStatusCode(201)
        .putHeader("location", "/v1/service-accounts/" + created.name());
    answer(ctx, created);
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    answer(ctx, accounts.get(request.actor(), request.resourceId()));
  }

  private void update(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    JsonObject body = request.body();
    Optional<String> mask = request.updateMask();
    answer(
        ctx,
        accounts.update(
            request.actor(),
            request.resourceId(),
            request.unchanged(),
            stored -> read(MASK.merged(body, write(stored), mask))));
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    accounts.delete(request.actor(), request.resourceId(), request.unchanged());
    ctx.response().setStatusCode(204).end();
  }

  private void addCredential(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    ResourceId name = request.resourceId();
    Lifetime lifetime = lifetime(request.body());
    ServiceAccounts.Credential made = accounts.addCredential(request.actor(), name, lifetime);
    var metadata =
        new ServiceAccount.Credential(
            made.clientId(), made.createdAt(), made.expiresAt(), Optional.empty());
    ctx.response()
        .setStatusCode(201)
        .putHeader("location", path(name, made.clientId()))
        .putHeader("cache-control", "no-store");
    ctx.json(write(metadata).put("client_secret", made.clientSecret()));
  }

  private void deleteCredential(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    accounts.deleteCredential(request.actor(), request.resourceId(), request.path("id"));
    ctx.response().setStatusCode(204).end();
  }

  private static String path(ResourceId name, String id) {
    return "/v1/service-accounts/%s/credentials/%s".formatted(name, id);
  }

  private static void answer(RoutingContext ctx, ServiceAccount account) {
    ctx.response().putHeader("etag", account.etag()).putHeader("cache-control", "no-store");
    ctx.json(write(account));
  }

  private static JsonObject write(ServiceAccount account) {
    return write(account.draft())
        .put(
            "credentials",
            new JsonArray(account.credentials().stream().map(ServiceAccountApi::write).toList()))
        .put("created_at", account.createdAt().toString())
        .put("updated_at", account.updatedAt().toString())
        .put("etag", account.etag());
  }

  private static JsonObject write(ServiceAccount.Draft draft) {
    return new JsonObject()
        .put("name", draft.name().value())
        .put("display_name", draft.displayName())
        .put("role", draft.role().displayName())
        .put("agent", draft.agent());
  }

  private static JsonObject write(ServiceAccount.Credential credential) {
    return new JsonObject()
        .put("id", credential.clientId())
        .put("client_id", credential.clientId())
        .put("created_at", credential.createdAt().toString())
        .put("expires_at", credential.expiresAt().toString())
        .put("last_used_at", credential.lastUsedAt().map(Object::toString).orElse(null));
  }

  private static ServiceAccount.Draft read(JsonObject json) {
    var violations = new Violations();
    var fields = new JsonFields(json, "", violations).ignore(OUTPUT_ONLY);
    Optional<ResourceId> name =
        violations.attempt(() -> new ResourceId(fields.text("name").orElse("")));
    String displayName = fields.text("display_name").orElse("");
    violations.check(fields.present("role") == 1, "role", "is required");
    Optional<Role> role = fields.parsed("role", Role::of);
    boolean agent = fields.bool("agent", false);
    fields.rejectUnknown();
    Optional<ServiceAccount.Draft> draft =
        violations.attempt(
            () ->
                new ServiceAccount.Draft(
                    name.orElse(ANY_NAME), displayName, role.orElse(Role.READER), agent));
    violations.throwIfAny();
    return draft.orElseThrow();
  }

  private static Lifetime lifetime(JsonObject json) {
    var violations = new Violations();
    var fields = new JsonFields(json, "", violations).ignore(CREDENTIAL_OUTPUT_ONLY);
    Optional<Lifetime> lifetime =
        fields.text("ttl").flatMap(text -> violations.attempt(() -> new Lifetime(seconds(text))));
    fields.rejectUnknown();
    violations.throwIfAny();
    return lifetime.orElse(Lifetime.DEFAULT);
  }

  /** A duration as protobuf writes it in JSON, for example {@code 3600s}; what is none is zero. */
  private static Duration seconds(String text) {
    return text.matches("[0-9]{1,9}s")
        ? Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)))
        : Duration.ZERO;
  }
}
