package dev.adp.portal;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A schema of the OpenAPI document: an object's fields, or the rules of a value. */
record ApiSchema(String name, String description, ApiType type, List<Field> fields) {
  record Field(
      String name,
      boolean required,
      boolean readOnly,
      boolean writeOnly,
      String description,
      ApiType type) {}

  static ApiSchema of(String name, JsonObject json) {
    JsonObject properties = json.getJsonObject("properties", new JsonObject());
    JsonArray required = json.getJsonArray("required", new JsonArray());
    return new ApiSchema(
        name,
        json.getString("description", ""),
        ApiType.of(json),
        properties.fieldNames().stream()
            .map(field -> field(field, required.contains(field), properties.getJsonObject(field)))
            .toList());
  }

  private static Field field(String name, boolean required, JsonObject json) {
    return new Field(
        name,
        required,
        json.getBoolean("readOnly", false),
        json.getBoolean("writeOnly", false),
        json.getString("description", ""),
        ApiType.of(json));
  }
}
