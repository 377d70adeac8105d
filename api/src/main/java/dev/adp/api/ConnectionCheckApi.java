package dev.adp.api;

import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Saved;
import dev.adp.domain.ConnectionCheck.Unsaved;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionTest;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violation;
import dev.adp.domain.Violations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Connection checks, of providers and of configurations that are not saved. */
final class ConnectionCheckApi {
  private static final int SECRETS_MAX = 10;
  private static final String PROVIDER = "provider";

  /** Fields of the check itself; every other is one of the provider. */
  private static final Set<String> OWN = Set.of("model", "client_authorization");

  private final ConnectionTest test;

  ConnectionCheckApi(ConnectionTest test) {
    this.test = test;
  }

  void mount(Router router) {
    router.post("/v1/llm-providers/:name/connection-checks").handler(this::saved);
    router.post("/v1/connection-checks").handler(this::unsaved);
  }

  private void saved(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var violations = new Violations();
    var fields = new JsonFields(request.body(), "", violations);
    Optional<ConnectionCheck> check = check(fields, new Saved(request.resourceId()));
    fields.rejectUnknown();
    violations.throwIfAny();
    answer(ctx, test.run(request.actor(), check.orElseThrow()));
  }

  private void unsaved(RoutingContext ctx) {
    var request = new ApiRequest(ctx);
    var violations = new Violations();
    var fields = new JsonFields(request.body(), "", violations);
    Optional<LlmProvider.Draft> draft =
        fields.read(PROVIDER).flatMap(json -> draft(json, violations));
    violations.check(fields.present(PROVIDER) == 1, PROVIDER, "is required");
    List<NewSecret> secrets = secrets(fields);
    ConnectionCheck.Subject subject =
        draft
            .<ConnectionCheck.Subject>map(given -> new Unsaved(given, secrets))
            .orElseGet(() -> new Saved(new ResourceId("x"))); // Never leaves.
    Optional<ConnectionCheck> check = check(fields, subject);
    fields.rejectUnknown();
    violations.throwIfAny();
    try {
      answer(ctx, test.run(request.actor(), check.orElseThrow()));
    } catch (Invalid invalid) {
      throw new Invalid(invalid.violations().stream().map(ConnectionCheckApi::inPlace).toList());
    }
  }

  private static Optional<ConnectionCheck> check(
      JsonFields fields, ConnectionCheck.Subject subject) {
    String model = fields.text("model").orElse("");
    Optional<String> authorization = fields.nonEmpty("client_authorization");
    return fields.violations().attempt(() -> new ConnectionCheck(subject, model, authorization));
  }

  private static Optional<LlmProvider.Draft> draft(JsonObject json, Violations violations) {
    try {
      return Optional.of(LlmProviderJson.read(json, Optional.empty()));
    } catch (Invalid invalid) {
      invalid.violations().forEach(violation -> violations.add(inProvider(violation)));
      return Optional.empty();
    }
  }

  private static Violation inPlace(Violation violation) {
    return OWN.contains(violation.field()) ? violation : inProvider(violation);
  }

  private static Violation inProvider(Violation violation) {
    return new Violation(PROVIDER + "." + violation.field(), violation.message());
  }

  /** Values that come along; they stand in for those of the store and are never stored. */
  private static List<NewSecret> secrets(JsonFields fields) {
    JsonArray given = fields.array("secrets").orElseGet(JsonArray::new);
    Violations violations = fields.violations();
    violations.check(given.size() <= SECRETS_MAX, "secrets", "must be at most 10");
    var secrets = new ArrayList<NewSecret>();
    for (int i = 0; i < Math.min(given.size(), SECRETS_MAX); i++) {
      String path = "secrets[%d]".formatted(i);
      if (given.getValue(i) instanceof JsonObject json) {
        secret(new JsonFields(json, path, violations)).ifPresent(secrets::add);
      } else {
        violations.check(false, path, "must be an object");
      }
    }
    violations.check(
        secrets.stream().map(NewSecret::name).distinct().count() == secrets.size(),
        "secrets",
        "must name each secret once");
    return secrets;
  }

  private static Optional<NewSecret> secret(JsonFields fields) {
    String valuePath = fields.path("secret_data");
    Optional<SecretRef> name =
        fields
            .violations()
            .attempt(() -> SecretRef.of(fields.path("id"), fields.text("id").orElse("")));
    Optional<String> encoded = fields.text("secret_data");
    fields.rejectUnknown();
    if (encoded.isEmpty()) {
      fields.violations().check(false, valuePath, "must not be empty");
      return Optional.empty();
    }
    try {
      byte[] value = Base64.getDecoder().decode(encoded.get());
      return name.map(ref -> new NewSecret(ref, value));
    } catch (IllegalArgumentException _) {
      fields.violations().check(false, valuePath, "must be base64");
    } catch (Invalid invalid) {
      fields.violations().check(false, valuePath, invalid.violations().getFirst().message());
    }
    return Optional.empty();
  }

  private static void answer(RoutingContext ctx, ConnectionResult result) {
    ctx.json(
        new JsonObject()
            .put("ok", result.ok())
            .put("latency_ms", result.latencyMs())
            .put("status", result.status().orElse(null))
            .put("upstream_message", result.upstreamMessage())
            .put("cause", result.cause().map(Enum::name).orElse(null))
            .put("advice", result.advice()));
  }
}
