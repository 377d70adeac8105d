package dev.adp.api;

import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.ServiceAccount;
import dev.adp.domain.ServiceAccount.Lifetime;
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
  private static final String EXPIRES_AT = "expires_at";
  private static final Set<String> CREDENTIAL_OUTPUT_ONLY =
      Set.of("id", "client_id", "created_at", EXPIRES_AT, "last_used_at");
  private static final UpdateMask MASK =
      new UpdateMask(
          Map.of(
              "name", Set.of(),
              "display_name", Set.of(),
              "role", Set.of(),
              "agent", Set.of()),
          Map.of(),
          OUTPUT_ONLY);

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
    var slice =
        accounts.list(request.actor(), request.order(), request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("service_accounts", slice, ServiceAccountApi::write);
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    ServiceAccount created = accounts.create(request.actor(), read(request.body()));
    new ApiAnswer(ctx).created("/v1/service-accounts/" + created.name()).resource(write(created));
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    new ApiAnswer(ctx).resource(write(accounts.get(request.actor(), request.resourceId())));
  }

  private void update(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    JsonObject body = request.body();
    Optional<String> mask = request.updateMask();
    ServiceAccount updated =
        accounts.update(
            request.actor(),
            request.resourceId(),
            request.unchanged(),
            stored -> MASK.read(body, write(stored), mask, ServiceAccountApi::read));
    new ApiAnswer(ctx).resource(write(updated));
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    accounts.delete(request.actor(), request.resourceId(), request.unchanged());
    new ApiAnswer(ctx).deleted();
  }

  private void addCredential(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    ResourceId name = request.resourceId();
    Lifetime lifetime = lifetime(request.body());
    ServiceAccounts.Credential made = accounts.addCredential(request.actor(), name, lifetime);
    var metadata =
        new ServiceAccount.Credential(
            made.clientId(), made.createdAt(), made.expiresAt(), Optional.empty());
    new ApiAnswer(ctx).created(path(name, made.clientId()));
    ctx.json(write(metadata).put("client_secret", made.clientSecret()));
  }

  private void deleteCredential(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    accounts.deleteCredential(request.actor(), request.resourceId(), request.path("id"));
    new ApiAnswer(ctx).deleted();
  }

  private static String path(ResourceId name, String id) {
    return "/v1/service-accounts/%s/credentials/%s".formatted(name, id);
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
        .put(EXPIRES_AT, credential.expiresAt().toString())
        .put("last_used_at", credential.lastUsedAt().map(Object::toString).orElse(null));
  }

  private static ServiceAccount.Draft read(JsonObject json) {
    var fields = JsonFields.of(json, OUTPUT_ONLY);
    ResourceId name = fields.name();
    String displayName = fields.text("display_name").orElse("");
    Role role = fields.required("role", Role::of, Role.READER);
    boolean agent = fields.bool("agent", false);
    return fields.made(() -> new ServiceAccount.Draft(name, displayName, role, agent));
  }

  private static Lifetime lifetime(JsonObject json) {
    var fields = JsonFields.of(json, CREDENTIAL_OUTPUT_ONLY);
    Optional<String> ttl = fields.text("ttl");
    // Whoever says when it shall end must not get one that lives for the usual time.
    fields
        .violations()
        .check(
            json.getValue(EXPIRES_AT) == null,
            EXPIRES_AT,
            "follows from ttl: say how long it shall live, for example \"ttl\": \"3600s\"");
    return fields.made(() -> ttl.map(text -> new Lifetime(seconds(text))).orElse(Lifetime.DEFAULT));
  }

  /** A duration as protobuf writes it in JSON, for example {@code 3600s}; what is none is zero. */
  private static Duration seconds(String text) {
    return text.matches("[0-9]{1,9}s")
        ? Duration.ofSeconds(Long.parseLong(text.substring(0, text.length() - 1)))
        : Duration.ZERO;
  }
}
