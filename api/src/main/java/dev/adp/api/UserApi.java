package dev.adp.api;

import dev.adp.domain.NewPassword;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import dev.adp.domain.Violations;
import dev.adp.store.Users;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/users}: passwords go in; one that we made comes out once. */
final class UserApi {
  private static final String PASSWORD = "password";
  private static final Set<String> OUTPUT_ONLY =
      Set.of("created_at", "updated_at", "last_sign_in_at", "etag");
  private static final UpdateMask MASK =
      new UpdateMask(
          Map.of(
              "name", Set.of(), "email", Set.of(), "role", Set.of(), "blocked", Set.of(), PASSWORD,
              Set.of()),
          OUTPUT_ONLY);

  /** Stand-ins for what is wrong, so that the rest can be checked too. */
  private static final ResourceId ANY_NAME = new ResourceId("x");

  private final Users users;

  UserApi(Users users) {
    this.users = users;
  }

  void mount(Router router) {
    router.get("/v1/users").handler(this::list);
    router.post("/v1/users").handler(this::create);
    router.get("/v1/users/:name").handler(this::get);
    router.patch("/v1/users/:name").handler(this::update);
    router.delete("/v1/users/:name").handler(this::delete);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var slice = users.list(request.actor(), request.pageSize(), request.pageKey());
    ctx.json(
        new JsonObject()
            .put("users", new JsonArray(slice.rows().stream().map(UserApi::write).toList()))
            .put("next_page_token", request.nextPageToken(slice.next())));
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Users.Change wanted = read(request.body());
    Users.Created created = users.create(request.actor(), wanted.draft(), wanted.password());
    UserAccount user = created.user();
    JsonObject json = write(user);
    created.generatedPassword().ifPresent(password -> json.put(PASSWORD, password));
    ctx.response().setStatusCode(201).putHeader("location", "/v1/users/" + user.name());
    answer(ctx, user, json);
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    UserAccount user = users.get(request.actor(), request.resourceId());
    answer(ctx, user, write(user));
  }

  private void update(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    JsonObject body = request.body();
    Optional<String> mask = request.updateMask();
    UserAccount user =
        users.update(
            request.actor(),
            request.resourceId(),
            request.unchanged(),
            stored -> patched(stored, body, mask));
    answer(ctx, user, write(user));
  }

  /** A password cannot be cleared, only replaced. */
  private static Users.Change patched(
      UserAccount.Draft stored, JsonObject body, Optional<String> mask) {
    JsonObject merged = MASK.merged(body, write(stored), mask);
    boolean meant =
        mask.map(
                paths ->
                    Arrays.stream(paths.split(",", -1))
                        .map(String::strip)
                        .anyMatch(PASSWORD::equals))
            .orElseGet(() -> body.containsKey(PASSWORD));
    return read(meant && !merged.containsKey(PASSWORD) ? merged.put(PASSWORD, "") : merged);
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    users.delete(request.actor(), request.resourceId(), request.unchanged());
    ctx.response().setStatusCode(204).end();
  }

  private static void answer(RoutingContext ctx, UserAccount user, JsonObject json) {
    ctx.response().putHeader("etag", user.etag()).putHeader("cache-control", "no-store");
    ctx.json(json);
  }

  private static JsonObject write(UserAccount user) {
    return write(user.draft())
        .put("created_at", user.createdAt().toString())
        .put("updated_at", user.updatedAt().toString())
        .put("last_sign_in_at", user.lastSignInAt().map(Object::toString).orElse(null))
        .put("etag", user.etag());
  }

  private static JsonObject write(UserAccount.Draft draft) {
    return new JsonObject()
        .put("name", draft.name().value())
        .put("email", draft.email())
        .put("role", draft.role().displayName())
        .put("blocked", draft.blocked());
  }

  private static Users.Change read(JsonObject json) {
    var violations = new Violations();
    var fields = new JsonFields(json, "", violations).ignore(OUTPUT_ONLY);
    Optional<ResourceId> name =
        violations.attempt(() -> new ResourceId(fields.text("name").orElse("")));
    String email = fields.text("email").orElse("");
    violations.check(fields.present("role") == 1, "role", "is required");
    Optional<Role> role = fields.parsed("role", Role::of);
    boolean blocked = fields.bool("blocked", false);
    Optional<NewPassword> password =
        fields
            .text(PASSWORD)
            .flatMap(
                text ->
                    violations.attempt(
                        () ->
                            new NewPassword(
                                PASSWORD, text, fields.text("name").orElse(""), email)));
    fields.rejectUnknown();
    Optional<UserAccount.Draft> draft =
        violations.attempt(
            () ->
                new UserAccount.Draft(
                    name.orElse(ANY_NAME), email, role.orElse(Role.READER), blocked));
    violations.throwIfAny();
    return new Users.Change(draft.orElseThrow(), password);
  }
}
