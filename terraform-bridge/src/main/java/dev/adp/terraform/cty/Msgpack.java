package dev.adp.terraform.cty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values as Terraform sends them: MessagePack, read and written by type. */
public final class Msgpack {
  private Msgpack() {}

  /** Writes a value of a type. Attributes that an object lacks are written as null. */
  public static byte[] encode(Value value, Type type) {
    var writer = new MsgpackWriter();
    write(value, type, writer);
    return writer.toByteArray();
  }

  /**
   * Reads a value of a type.
   *
   * @throws MalformedValue when the bytes are something else
   */
  public static Value decode(byte[] bytes, Type type) {
    var reader = new MsgpackReader(bytes);
    Value value = read(reader, type);
    reader.requireEnd();
    return value;
  }

  private static void write(Value value, Type type, MsgpackWriter writer) {
    switch (value) {
      case Value.Null _ -> writer.nil();
      case Value.Unknown _ -> writer.unknown();
      case Value.Text(var text) -> writer.text(text);
      case Value.Numeric(var number) -> writer.number(number);
      case Value.Bool(var bool) -> writer.bool(bool);
      case Value.Sequence(var items) -> writeItems(items, type, writer);
      case Value.Members(var items) -> writeItems(items, type, writer);
      case Value.Entries(var items) -> {
        writer.mapHeader(items.size());
        items.forEach(
            (key, item) -> {
              writer.text(key);
              write(item, element(type, 0), writer);
            });
      }
      case Value.Structure structure -> writeObject(structure, type, writer);
      case Value.Typed(var actual, var inner) -> {
        writer.arrayHeader(2);
        writer.binary(TypeJson.encode(actual));
        write(inner, actual, writer);
      }
    }
  }

  private static void writeItems(List<Value> items, Type type, MsgpackWriter writer) {
    writer.arrayHeader(items.size());
    for (int i = 0; i < items.size(); i++) {
      write(items.get(i), element(type, i), writer);
    }
  }

  private static void writeObject(Value.Structure structure, Type type, MsgpackWriter writer) {
    SortedMap<String, Type> attributes = attributes(type);
    if (!attributes.keySet().containsAll(structure.attributes().keySet())) {
      throw new MalformedValue(
          "an object has attributes that its type lacks: " + structure.attributes().keySet());
    }
    writer.mapHeader(attributes.size());
    attributes.forEach(
        (name, attribute) -> {
          writer.text(name);
          write(structure.get(name), attribute, writer);
        });
  }

  private static Value read(MsgpackReader reader, Type type) {
    if (reader.skipNil()) {
      return Value.Null.NULL;
    }
    if (reader.skipExtension()) {
      return Value.Unknown.UNKNOWN; // What else is known of it may be ignored.
    }
    return switch (type) {
      case Type.Primitive primitive ->
          switch (primitive) {
            case STRING -> Value.text(reader.text());
            case NUMBER -> Value.number(reader.number());
            case BOOL -> Value.bool(reader.bool());
          };
      case Type.Dynamic _ -> readDynamic(reader);
      case Type.ListOf _, Type.TupleOf _ -> new Value.Sequence(readItems(reader, type));
      case Type.SetOf _ -> new Value.Members(readItems(reader, type));
      case Type.MapOf(var element) -> {
        var items = new TreeMap<String, Value>();
        for (int left = reader.mapHeader(); left > 0; left--) {
          items.put(reader.text(), read(reader, element));
        }
        yield new Value.Entries(items);
      }
      case Type.ObjectOf(var attributes) -> readObject(reader, attributes);
    };
  }

  private static Value readDynamic(MsgpackReader reader) {
    if (reader.arrayHeader() != 2) {
      throw new MalformedValue("a value of any type must come with its type");
    }
    Type actual = TypeJson.decode(reader.binary());
    return new Value.Typed(actual, read(reader, actual));
  }

  private static List<Value> readItems(MsgpackReader reader, Type type) {
    int size = reader.arrayHeader();
    var items = new ArrayList<Value>();
    for (int i = 0; i < size; i++) {
      items.add(read(reader, element(type, i)));
    }
    return items;
  }

  private static Value readObject(MsgpackReader reader, SortedMap<String, Type> attributes) {
    var values = new TreeMap<String, Value>();
    for (int left = reader.mapHeader(); left > 0; left--) {
      String name = reader.text();
      Type attribute = attributes.get(name);
      if (attribute == null) {
        throw new MalformedValue("unknown attribute " + name);
      }
      values.put(name, read(reader, attribute));
    }
    if (values.size() != attributes.size()) {
      throw new MalformedValue("an object lacks attributes: " + attributes.keySet());
    }
    return new Value.Structure(values);
  }

  private static Type element(Type type, int position) {
    return switch (type) {
      case Type.ListOf(var element) -> element;
      case Type.SetOf(var element) -> element;
      case Type.MapOf(var element) -> element;
      case Type.TupleOf(var elements) -> elements.get(position);
      case Type.Primitive _, Type.Dynamic _, Type.ObjectOf _ ->
          throw new MalformedValue("a collection where the type is " + describe(type));
    };
  }

  private static SortedMap<String, Type> attributes(Type type) {
    if (type instanceof Type.ObjectOf(var attributes)) {
      return attributes;
    }
    throw new MalformedValue("an object where the type is " + describe(type));
  }

  private static String describe(Type type) {
    return new String(TypeJson.encode(type), StandardCharsets.UTF_8);
  }
}
