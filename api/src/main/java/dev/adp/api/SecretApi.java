package dev.adp.api;

import dev.adp.domain.NewSecret;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Secret;
import dev.adp.domain.SecretLabels;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violations;
import dev.adp.store.Secrets;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/secrets}: values go in and never come out. */
final class SecretApi {
  private static final Set<String> OUTPUT_ONLY =
      Set.of("used_by", "created_at", "updated_at", "etag");

  /** Stands in for the name while the value is checked. */
  private static final SecretRef ANY = new SecretRef("ANY");

  private final Secrets secrets;

  SecretApi(Secrets secrets) {
    this.secrets = secrets;
  }

  void mount(Router router) {
    router.get("/v1/secrets").handler(this::list);
    router.post("/v1/secrets").handler(this::create);
    router.get("/v1/secrets/:id").handler(this::get);
    router.put("/v1/secrets/:id").handler(this::replace);
    router.delete("/v1/secrets/:id").handler(this::delete);
  }

  private void list(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var slice =
        secrets.list(request.actor(), request.order(), request.pageSize(), request.pageKey());
    new ApiAnswer(ctx).list("secrets", slice, SecretApi::json);
  }

  private void create(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var violations = new Violations();
    JsonObject body = request.body();
    var fields = new JsonFields(body, "", violations);
    Optional<SecretRef> name =
        violations.attempt(() -> SecretRef.of("id", fields.text("id").orElse("")));
    Optional<byte[]> value = value(fields);
    violations.check(body.getValue("secret_data") != null, "secret_data", "must not be empty");
    Map<String, String> labels = labels(fields);
    fields.ignore(OUTPUT_ONLY).rejectUnknown();
    violations.throwIfAny();
    Secret created =
        secrets.create(
            request.actor(), new NewSecret(name.orElseThrow(), value.orElseThrow()), labels);
    new ApiAnswer(ctx).created("/v1/secrets/" + created.name()).resource(json(created));
  }

  private void get(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    new ApiAnswer(ctx).resource(json(secrets.get(request.actor(), name(request))));
  }

  private void replace(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    SecretRef name = name(request);
    var violations = new Violations();
    var fields = new JsonFields(request.body(), "", violations);
    fields
        .text("id")
        .ifPresent(id -> violations.check(id.equals(name.value()), "id", "cannot be changed"));
    Optional<byte[]> value = value(fields);
    Map<String, String> labels = labels(fields);
    fields.ignore(OUTPUT_ONLY).rejectUnknown();
    violations.throwIfAny();
    Optional<NewSecret> secret = value.map(bytes -> new NewSecret(name, bytes));
    Secret replaced =
        secrets.replace(request.actor(), name, request.unchanged(), secret, Optional.of(labels));
    new ApiAnswer(ctx).resource(json(replaced));
  }

  private void delete(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    secrets.delete(request.actor(), name(request), request.unchanged());
    new ApiAnswer(ctx).deleted();
  }

  private static SecretRef name(ApiRequest request) {
    return SecretRef.of("id", request.path("id"));
  }

  private static Optional<byte[]> value(JsonFields fields) {
    return fields
        .text("secret_data")
        .flatMap(
            text -> {
              try {
                byte[] bytes = Base64.getDecoder().decode(text);
                return fields.violations().attempt(() -> new NewSecret(ANY, bytes).value());
              } catch (IllegalArgumentException _) {
                fields.violations().check(false, "secret_data", "must be base64");
                return Optional.empty();
              }
            });
  }

  private static Map<String, String> labels(JsonFields fields) {
    Map<String, String> labels = new HashMap<>();
    JsonObject json = fields.read("labels").orElseGet(JsonObject::new);
    for (String key : json.fieldNames()) {
      if (json.getValue(key) instanceof String text && isPlain(key) && isPlain(text)) {
        labels.put(key, text);
      } else {
        fields
            .violations()
            .check(
                false,
                "labels." + key.substring(0, Math.min(key.length(), SecretLabels.NAME_CHARS_MAX)),
                "must be a string, both without control characters");
      }
    }
    SecretLabels.check(labels, fields.violations());
    return labels;
  }

  /** JSON in the database takes neither NUL nor half of a surrogate pair. */
  private static boolean isPlain(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }

  private static JsonObject json(Secret secret) {
    return new JsonObject()
        .put("id", secret.name().value())
        .put("labels", new JsonObject(Map.copyOf(secret.labels())))
        .put("used_by", new JsonArray(secret.usedBy().stream().map(ResourceId::value).toList()))
        .put("created_at", secret.createdAt().toString())
        .put("updated_at", secret.updatedAt().toString())
        .put("etag", secret.etag());
  }
}
