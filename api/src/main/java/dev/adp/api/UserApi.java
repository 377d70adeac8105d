package dev.adp.api;

import dev.adp.domain.NewPassword;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.UserAccount;
import dev.adp.store.Users;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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
          Map.of(),
          OUTPUT_ONLY);

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
    var slice = users.list(request.actor(), request.order(), request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("users", slice, UserApi::write);
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    Users.Change wanted = read(request.body());
    Users.Created created = users.create(request.actor(), wanted.draft(), wanted.password());
    UserAccount user = created.user();
    JsonObject json = write(user);
    created.generatedPassword().ifPresent(password -> json.put(PASSWORD, password));
    new ApiAnswer(ctx).created("/v1/users/" + user.name()).resource(json);
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    new ApiAnswer(ctx).resource(write(users.get(request.actor(), request.resourceId())));
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
    new ApiAnswer(ctx).resource(write(user));
  }

  /** A password cannot be cleared, only replaced. */
  private static Users.Change patched(
      UserAccount.Draft stored, JsonObject body, Optional<String> mask) {
    boolean meant =
        mask.map(paths -> UpdateMask.paths(paths).contains(PASSWORD))
            .orElseGet(() -> body.containsKey(PASSWORD));
    return MASK.read(
        body,
        write(stored),
        mask,
        merged -> read(meant && !merged.containsKey(PASSWORD) ? merged.put(PASSWORD, "") : merged));
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    users.delete(request.actor(), request.resourceId(), request.unchanged());
    new ApiAnswer(ctx).deleted();
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
    var fields = JsonFields.of(json, OUTPUT_ONLY);
    ResourceId name = fields.name();
    String email = fields.text("email").orElse("");
    Role role = fields.required("role", Role::of, Role.READER);
    boolean blocked = fields.bool("blocked", false);
    String named = fields.text("name").orElse("");
    Optional<NewPassword> password =
        fields
            .text(PASSWORD)
            .flatMap(
                text ->
                    fields
                        .violations()
                        .attempt(() -> new NewPassword(PASSWORD, text, named, email)));
    return fields.made(
        () -> new Users.Change(new UserAccount.Draft(name, email, role, blocked), password));
  }
}
