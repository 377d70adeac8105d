package dev.adp.terraform.redpanda;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.adp.terraform.cty.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Between the REST API's JSON and values, for what has the same form in both. */
final class Json {
  private Json() {}

  /** Strings, booleans and objects of them; unknown values have no place in a request. */
  static JsonElement write(Value value) {
    return switch (value) {
      case Value.Null _ -> JsonNull.INSTANCE;
      case Value.Text(var text) -> new JsonPrimitive(text);
      case Value.Bool(var bool) -> new JsonPrimitive(bool);
      case Value.Numeric(var number) -> new JsonPrimitive(number);
      case Value.Sequence(var items) -> array(items);
      case Value.Members(var items) -> array(items);
      case Value.Entries(var items) -> object(items);
      case Value.Structure(var attributes) -> object(attributes);
      case Value.Unknown _ -> throw new IllegalArgumentException("a value is not known");
      case Value.Typed(_, var inner) -> write(inner);
    };
  }

  private static JsonArray array(List<Value> items) {
    var array = new JsonArray();
    items.forEach(item -> array.add(write(item)));
    return array;
  }

  private static JsonObject object(java.util.Map<String, Value> fields) {
    var object = new JsonObject();
    fields.forEach((name, value) -> object.add(name, write(value)));
    return object;
  }

  /** A string or a boolean; null when it is absent. */
  static Value scalar(JsonObject json, String field) {
    JsonElement value = json.get(field);
    if (value == null || !value.isJsonPrimitive()) {
      return Value.Null.NULL;
    }
    return value.getAsJsonPrimitive().isBoolean()
        ? Value.bool(value.getAsBoolean())
        : Value.text(value.getAsString());
  }

  /** An object of strings and booleans; null when it is absent. */
  static Value object(JsonObject json, String field, String... names) {
    if (!json.has(field) || !json.get(field).isJsonObject()) {
      return Value.Null.NULL;
    }
    var values = new TreeMap<String, Value>();
    for (String name : names) {
      values.put(name, scalar(json.getAsJsonObject(field), name));
    }
    return new Value.Structure(values);
  }

  /** The strings of an array; none when it is absent. */
  static List<String> strings(JsonObject json, String field) {
    var strings = new ArrayList<String>();
    if (json.has(field)) {
      json.getAsJsonArray(field).forEach(item -> strings.add(item.getAsString()));
    }
    return strings;
  }
}
