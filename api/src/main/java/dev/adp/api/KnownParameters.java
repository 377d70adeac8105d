package dev.adp.api;

import dev.adp.domain.Violations;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Refuses query parameters that the document does not name: a misspelt filter must not list
 * everything.
 */
final class KnownParameters {
  private static final String PREFIX = "#/components/parameters/";

  private final JsonObject document;

  KnownParameters(JsonObject document) {
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
                Set<String> known = known(item, item.getJsonObject(method));
                router
                    .route(
                        HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)),
                        path.replaceAll("\\{([a-z_]+)}", ":$1"))
                    .handler(ctx -> check(ctx, known));
              });
    }
  }

  private Set<String> known(JsonObject item, JsonObject operation) {
    return Stream.of(item, operation)
        .flatMap(part -> part.getJsonArray("parameters", new JsonArray()).stream())
        .map(JsonObject.class::cast)
        .map(this::resolved)
        .filter(parameter -> parameter.getString("in").equals("query"))
        .map(parameter -> parameter.getString("name"))
        .collect(Collectors.toUnmodifiableSet());
  }

  private JsonObject resolved(JsonObject parameter) {
    String reference = parameter.getString("$ref");
    return reference == null
        ? parameter
        : Objects.requireNonNull(
            document
                .getJsonObject("components")
                .getJsonObject("parameters")
                .getJsonObject(reference.substring(PREFIX.length())),
            reference);
  }

  private static void check(RoutingContext ctx, Set<String> known) {
    var violations = new Violations();
    new TreeSet<>(ctx.queryParams().names())
        .forEach(name -> violations.check(known.contains(name), name, "unknown query parameter"));
    violations.throwIfAny();
    ctx.next();
  }
}
