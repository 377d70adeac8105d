package dev.adp.api;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values that nearly fit the schemas of the OpenAPI document. */
final class JsonFuzz {
  static final List<String> NAMES = List.of("a", "b", "c", "d");
  static final List<String> SECRETS = List.of("KEY_A", "KEY_B", "KEY_C");

  private static final String SCHEMAS = "#/components/schemas/";
  private static final int DEPTH_MAX = 8;
  private static final List<Object> ODD =
      List.of(
          "",
          " ",
          "\u0000",
          "\ud800",
          "ﷺ".repeat(300),
          "' or 1=1 --",
          "%00",
          "../../etc",
          0,
          -1,
          1.5,
          1e300,
          Long.MAX_VALUE,
          "9223372036854775808",
          true,
          new JsonObject(),
          new JsonArray(),
          new JsonObject().put("a", new JsonArray().add(new JsonObject())));

  private final JsonObject document;
  private final Random random;

  JsonFuzz(JsonObject document, Random random) {
    this.document = document;
    this.random = random;
  }

  String text() {
    return random
        .ints(random.nextInt(12), 0, 0x2fff)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  /** A body for an operation. */
  String body(String operation) {
    JsonObject content =
        document.getJsonObject("paths").stream()
            .map(entry -> (JsonObject) entry.getValue())
            .flatMap(item -> item.stream())
            .filter(entry -> entry.getValue() instanceof JsonObject)
            .map(entry -> (JsonObject) entry.getValue())
            .filter(op -> operation.equals(op.getString("operationId")))
            .map(op -> op.getJsonObject("requestBody").getJsonObject("content"))
            .findFirst()
            .orElseThrow();
    JsonObject media = content.getJsonObject(content.fieldNames().iterator().next());
    Object value = value(media.getJsonObject("schema"));
    return value instanceof JsonObject object
        ? object.encode()
        : new JsonArray().add(value).encode();
  }

  Object value(JsonObject schema) {
    return value(schema, 0);
  }

  private Object value(JsonObject given, int depth) {
    if (random.nextInt(40) == 0) {
      return ODD.get(random.nextInt(ODD.size()));
    }
    JsonObject schema = resolved(given);
    List<Object> values = listed(schema);
    if (!values.isEmpty()) {
      return values.get(random.nextInt(values.size()));
    }
    JsonArray choices = schema.getJsonArray("anyOf");
    if (choices != null) {
      return value(choices.getJsonObject(random.nextInt(choices.size())), depth);
    }
    if (schema.containsKey("allOf")) {
      return value(schema.getJsonArray("allOf").getJsonObject(0), depth);
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "boolean" -> random.nextBoolean();
      case "integer" -> random.nextInt(2_000) - 10;
      case "string" -> string(schema);
      default -> "";
    };
  }

  private static List<Object> listed(JsonObject schema) {
    if (schema.containsKey("const")) {
      return List.of(schema.getValue("const"));
    }
    JsonArray values = schema.getJsonArray("enum", new JsonArray());
    return values.stream().filter(value -> value != null).toList();
  }

  private String type(JsonObject schema) {
    @Nullable Object type = schema.getValue("type");
    if (type instanceof JsonArray several) {
      return several.getString(random.nextInt(several.size()));
    }
    return String.valueOf(type);
  }

  private JsonObject object(JsonObject schema, int depth) {
    var object = new JsonObject();
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    List<String> configs =
        properties.fieldNames().stream().filter(name -> name.endsWith("_config")).toList();
    String chosen = configs.isEmpty() ? "" : configs.get(random.nextInt(configs.size()));
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    for (String name : properties.fieldNames()) {
      boolean wanted =
          configs.contains(name)
              ? name.equals(chosen) || random.nextInt(40) == 0
              : required.contains(name) || random.nextInt(depth < 1 ? 4 : 2) == 0;
      if (wanted && depth < DEPTH_MAX && random.nextInt(60) != 0) {
        object.put(name, named(name, properties.getJsonObject(name), depth + 1));
      }
    }
    if (random.nextInt(40) == 0) {
      object.put("surprise", ODD.get(random.nextInt(ODD.size())));
    }
    return object;
  }

  /** Where any text fits, one that means something. */
  private Object named(String name, JsonObject schema, int depth) {
    if (random.nextInt(20) == 0) {
      return value(schema, depth);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith("_ref") || lower.equals("id")) {
      return SECRETS.get(random.nextInt(SECRETS.size()));
    }
    return switch (lower) {
      case "name", "guardrail" -> NAMES.get(random.nextInt(NAMES.size()));
      case "type" -> "LLM_PROVIDER_TYPE_UNSPECIFIED";
      case "display_name" -> "Name " + random.nextInt(5);
      case "base_url" -> "http://127.0.0.1:" + (1 + random.nextInt(70_000));
      case "region" -> random.nextBoolean() ? "us-east-1" : "eu-west-1";
      case "secret_data" -> "YWJj";
      case "role_arn" -> "arn:aws:iam::123456789012:role/x";
      case "guardrail_identifier" -> "gr1";
      case "guardrail_version" -> "DRAFT";
      case "ttl" -> "86400s";
      case "password" -> "long enough to be one";
      case "email" -> "a%d@example.com".formatted(random.nextInt(5));
      default -> value(schema, depth);
    };
  }

  private JsonArray array(JsonObject schema, int depth) {
    var array = new JsonArray();
    JsonObject items = schema.getJsonObject("items", new JsonObject());
    int size = depth > DEPTH_MAX ? 0 : random.nextInt(3);
    for (int i = 0; i < size; i++) {
      array.add(value(items, depth + 1));
    }
    return array;
  }

  private String string(JsonObject schema) {
    if ("date-time".equals(schema.getString("format"))) {
      return "20%02d-0%d-11T10:00:00Z".formatted(random.nextInt(40), 1 + random.nextInt(9));
    }
    return random.nextInt(4) == 0 ? text() : NAMES.get(random.nextInt(NAMES.size()));
  }

  private JsonObject resolved(JsonObject schema) {
    String reference = schema.getString("$ref");
    return reference == null
        ? schema
        : resolved(
            document
                .getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject(reference.substring(SCHEMAS.length())));
  }
}
