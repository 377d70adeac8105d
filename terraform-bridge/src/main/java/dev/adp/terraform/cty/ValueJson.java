package dev.adp.terraform.cty;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/** Values as they stand in state files: JSON, read by type. */
public final class ValueJson {
  private ValueJson() {}

  /**
   * Reads a value of a type. Attributes that the type lacks are left out, for they are of an older
   * schema; attributes that the JSON lacks are null.
   *
   * @throws MalformedValue when it is something else
   */
  public static Value decode(byte[] json, Type type) {
    try {
      return read(JsonParser.parseString(new String(json, StandardCharsets.UTF_8)), type);
    } catch (IllegalStateException | UnsupportedOperationException | NumberFormatException _) {
      throw new MalformedValue("the saved state is not of the type that was expected");
    }
  }

  private static Value read(JsonElement json, Type type) {
    if (json.isJsonNull()) {
      return Value.Null.NULL;
    }
    return switch (type) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case STRING -> Value.text(json.getAsString());
            case NUMBER -> Value.number(json.getAsBigDecimal());
            case BOOL -> Value.bool(json.getAsBoolean());
          };
      case Type.Dynamic _ -> {
        JsonObject typed = json.getAsJsonObject();
        Type actual =
            TypeJson.decode(typed.get("type").toString().getBytes(StandardCharsets.UTF_8));
        yield new Value.Typed(actual, read(typed.get("value"), actual));
      }
      case Type.ListOf(var element) -> new Value.Sequence(items(json, element));
      case Type.SetOf(var element) -> new Value.Members(items(json, element));
      case Type.TupleOf(var elements) -> {
        List<JsonElement> items = json.getAsJsonArray().asList();
        if (items.size() != elements.size()) {
          throw new MalformedValue("a tuple has another length than its type");
        }
        yield new Value.Sequence(
            java.util.stream.IntStream.range(0, items.size())
                .mapToObj(i -> read(items.get(i), elements.get(i)))
                .toList());
      }
      case Type.MapOf(var element) -> {
        var items = new TreeMap<String, Value>();
        json.getAsJsonObject().asMap().forEach((key, item) -> items.put(key, read(item, element)));
        yield new Value.Entries(items);
      }
      case Type.ObjectOf(var attributes) -> {
        JsonObject object = json.getAsJsonObject();
        var values = new TreeMap<String, Value>();
        attributes.forEach(
            (name, attribute) ->
                values.put(
                    name, object.has(name) ? read(object.get(name), attribute) : Value.Null.NULL));
        yield new Value.Structure(values);
      }
    };
  }

  private static List<Value> items(JsonElement json, Type element) {
    return json.getAsJsonArray().asList().stream().map(item -> read(item, element)).toList();
  }
}
