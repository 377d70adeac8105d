package dev.adp.api;

import dev.adp.domain.Actor;
import dev.adp.domain.Permission;
import dev.adp.domain.Violations;
import dev.adp.http.BearerAuthentication;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the document says of each operation, held against its requests before anything else of them
 * is judged: whoever lacks a permission is told so whatever he sends, and query parameters that it
 * does not name are refused, since a misspelt filter must not list everything. The repository
 * demands the permissions again; this only sees to it that they come first.
 */
final class DocumentedOperations {
  private static final String PREFIX = "#/components/";

  private final JsonObject document;

  DocumentedOperations(JsonObject document) {
    this.document = document;
  }

  /** Adds a check in front of every operation of the API. */
  void mount(Router router) {
    JsonObject paths = document.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      JsonObject item = paths.getJsonObject(path);
      item.fieldNames().stream()
          .filter(name -> path.startsWith("/v1/") && !name.equals("parameters"))
          .forEach(
              method -> {
                JsonObject operation = item.getJsonObject(method);
                List<Permission> permissions = permissions(operation);
                Map<String, QueryParameter> known = known(item, operation);
                router
                    .route(
                        HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
                        path.replaceAll("\\{([a-z_]+)}", ":$1"))
                    .handler(ctx -> check(ctx, permissions, known));
              });
    }
  }

  /** The scopes of the operation: the caller must have all of them. */
  private static List<Permission> permissions(JsonObject operation) {
    return operation.getJsonArray("security", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .flatMap(scheme -> scheme.getJsonArray("bearer").stream())
        .map(scope -> permission(String.valueOf(scope)))
        .toList();
  }

  private static Permission permission(String scope) {
    return Arrays.stream(Permission.values())
        .filter(permission -> permission.wireName().equals(scope))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no permission " + scope));
  }

  private Map<String, QueryParameter> known(JsonObject item, JsonObject operation) {
    return Stream.of(item, operation)
        .flatMap(part -> part.getJsonArray("parameters", new JsonArray()).stream())
        .map(JsonObject.class::cast)
        .map(this::resolved)
        .filter(parameter -> parameter.getString("in").equals("query"))
        .map(parameter -> QueryParameter.of(parameter, this::resolved))
        .collect(
            Collectors.toMap(
                QueryParameter::name, Function.identity(), (one, _) -> one, TreeMap::new));
  }

  private JsonObject resolved(JsonObject described) {
    String reference = described.getString("$ref");
    if (reference == null) {
      return described;
    }
    JsonObject place = document.getJsonObject("components");
    for (String step : reference.substring(PREFIX.length()).split("/", -1)) {
      place = Objects.requireNonNull(place.getJsonObject(step), reference);
    }
    return place;
  }

  private static void check(
      RoutingContext ctx, List<Permission> permissions, Map<String, QueryParameter> known) {
    Actor actor = BearerAuthentication.actor(ctx);
    permissions.forEach(actor::require);
    var violations = new Violations();
    new TreeSet<>(ctx.queryParams().names())
        .forEach(
            name -> violations.check(known.containsKey(name), name, "unknown query parameter"));
    var request = new ApiRequest(ctx);
    known.values().forEach(parameter -> parameter.check(request, violations));
    violations.throwIfAny();
    ctx.next();
  }
}
