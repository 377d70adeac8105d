package dev.adp.portal;

import dev.adp.api.ApiDocument;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The OpenAPI document in the order of the page that shows it. */
record ApiReference(String title, String description, List<Group> groups, List<ApiSchema> schemas) {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  /** Operations of one tag. */
  record Group(String name, String description, List<Operation> operations) {}

  record Operation(
      String id,
      String method,
      String path,
      String summary,
      String description,
      String access,
      List<String> permissions,
      List<Parameter> parameters,
      List<Body> bodies,
      List<Answer> answers) {}

  record Parameter(String name, String place, boolean required, String description, ApiType type) {}

  /** What is sent or answered in one media type. */
  record Body(String mediaType, ApiType type) {}

  record Answer(String status, String description, List<String> headers, List<Body> bodies) {}

  /** Read when the first reader comes: until then nobody waits for it. */
  private static final class Shipped {
    static final ApiReference REFERENCE = of(new ApiDocument().json());
  }

  static ApiReference shipped() {
    return Shipped.REFERENCE;
  }

  static ApiReference of(JsonObject document) {
    return new Reader(document).read();
  }

  /** Reads a document, of which every reference is to one of its own components. */
  private record Reader(JsonObject document) {
    ApiReference read() {
      List<Operation> operations = new ArrayList<>();
      Map<Operation, String> tags = new HashMap<>();
      JsonObject paths = document.getJsonObject("paths");
      for (String path : paths.fieldNames()) {
        JsonObject item = paths.getJsonObject(path);
        for (String method : item.fieldNames()) {
          if (METHODS.contains(method)) {
            JsonObject json = item.getJsonObject(method);
            Operation operation = operation(path, method, item, json);
            operations.add(operation);
            tags.put(operation, json.getJsonArray("tags").getString(0));
          }
        }
      }
      List<Group> groups =
          objects(document.getJsonArray("tags"))
              .map(
                  tag ->
                      new Group(
                          tag.getString("name"),
                          tag.getString("description"),
                          operations.stream()
                              .filter(
                                  operation -> tag.getString("name").equals(tags.get(operation)))
                              .toList()))
              .toList();
      JsonObject info = document.getJsonObject("info");
      return new ApiReference(
          info.getString("title"), info.getString("description"), groups, schemas());
    }

    private List<ApiSchema> schemas() {
      JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
      return schemas.fieldNames().stream()
          .map(name -> ApiSchema.of(name, schemas.getJsonObject(name)))
          .toList();
    }

    private Operation operation(String path, String method, JsonObject item, JsonObject json) {
      JsonArray security =
          json.getJsonArray("security", document.getJsonArray("security", new JsonArray()));
      JsonObject body = json.getJsonObject("requestBody", new JsonObject());
      JsonObject responses = json.getJsonObject("responses");
      return new Operation(
          json.getString("operationId"),
          method.toUpperCase(Locale.ROOT),
          path,
          json.getString("summary"),
          json.getString("description", ""),
          access(security),
          objects(security)
              .flatMap(scheme -> strings(scheme.getJsonArray("bearer", new JsonArray())))
              .toList(),
          Stream.concat(
                  objects(item.getJsonArray("parameters", new JsonArray())),
                  objects(json.getJsonArray("parameters", new JsonArray())))
              .map(parameter -> parameter(resolved(parameter)))
              .toList(),
          bodies(body),
          responses.fieldNames().stream()
              .map(status -> answer(status, resolved(responses.getJsonObject(status))))
              .toList());
    }

    private static String access(JsonArray security) {
      if (security.isEmpty()) {
        return "Open to anybody.";
      }
      return objects(security).anyMatch(scheme -> scheme.containsKey("bearer"))
          ? "Needs a token."
          : "Needs the credential of a service account.";
    }

    private static Parameter parameter(JsonObject json) {
      return new Parameter(
          json.getString("name"),
          json.getString("in"),
          json.getBoolean("required", false),
          json.getString("description", ""),
          ApiType.of(json.getJsonObject("schema")));
    }

    private static Answer answer(String status, JsonObject json) {
      JsonObject headers = json.getJsonObject("headers", new JsonObject());
      return new Answer(
          status, json.getString("description"), List.copyOf(headers.fieldNames()), bodies(json));
    }

    private static List<Body> bodies(JsonObject json) {
      JsonObject content = json.getJsonObject("content", new JsonObject());
      return content.fieldNames().stream()
          .map(
              type ->
                  new Body(type, ApiType.of(content.getJsonObject(type).getJsonObject("schema"))))
          .toList();
    }

    private JsonObject resolved(JsonObject json) {
      String[] reference = Optional.ofNullable(json.getString("$ref")).orElse("").split("/", -1);
      return reference.length < 4
          ? json
          : document
              .getJsonObject("components")
              .getJsonObject(reference[2])
              .getJsonObject(reference[3]);
    }

    private static Stream<JsonObject> objects(JsonArray array) {
      return array.stream().map(JsonObject.class::cast);
    }

    private static Stream<String> strings(JsonArray array) {
      return array.stream().map(String.class::cast);
    }
  }
}
