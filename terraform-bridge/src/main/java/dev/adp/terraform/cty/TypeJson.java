package dev.adp.terraform.cty;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TreeMap;

/** The form in which types travel: a name, or an array of a kind and what it is of. */
public final class TypeJson {
  private TypeJson() {}

  /** Writes a type. */
  public static byte[] encode(Type type) {
    return write(type).toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a type.
   *
   * @throws MalformedValue when it is none
   */
  public static Type decode(byte[] json) {
    return read(JsonParser.parseString(new String(json, StandardCharsets.UTF_8)));
  }

  private static JsonElement write(Type type) {
    return switch (type) {
      case Type.Primitive primitive -> new JsonPrimitive(primitive.name().toLowerCase(Locale.ROOT));
      case Type.Dynamic _ -> new JsonPrimitive("dynamic");
      case Type.ListOf(var element) -> pair("list", write(element));
      case Type.SetOf(var element) -> pair("set", write(element));
      case Type.MapOf(var element) -> pair("map", write(element));
      case Type.TupleOf(var elements) -> {
        var array = new JsonArray();
        elements.forEach(element -> array.add(write(element)));
        yield pair("tuple", array);
      }
      case Type.ObjectOf(var attributes) -> {
        var object = new JsonObject();
        attributes.forEach((name, attribute) -> object.add(name, write(attribute)));
        yield pair("object", object);
      }
    };
  }

  private static JsonArray pair(String kind, JsonElement of) {
    var array = new JsonArray();
    array.add(kind);
    array.add(of);
    return array;
  }

  private static Type read(JsonElement json) {
    if (json.isJsonPrimitive()) {
      return switch (json.getAsString()) {
        case "string" -> Type.STRING;
        case "number" -> Type.NUMBER;
        case "bool" -> Type.BOOL;
        case "dynamic" -> Type.DYNAMIC;
        default -> throw new MalformedValue("unknown type " + json);
      };
    }
    if (!json.isJsonArray() || json.getAsJsonArray().size() < 2) {
      throw new MalformedValue("unknown type " + json);
    }
    JsonElement of = json.getAsJsonArray().get(1);
    return switch (json.getAsJsonArray().get(0).getAsString()) {
      case "list" -> new Type.ListOf(read(of));
      case "set" -> new Type.SetOf(read(of));
      case "map" -> new Type.MapOf(read(of));
      case "tuple" ->
          new Type.TupleOf(of.getAsJsonArray().asList().stream().map(TypeJson::read).toList());
      case "object" -> {
        var attributes = new TreeMap<String, Type>();
        of.getAsJsonObject().asMap().forEach((name, type) -> attributes.put(name, read(type)));
        yield new Type.ObjectOf(attributes);
      }
      default -> throw new MalformedValue("unknown type " + json);
    };
  }
}
