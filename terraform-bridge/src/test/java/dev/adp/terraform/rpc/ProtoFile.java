package dev.adp.terraform.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.adp.terraform.wire.ProtoWriter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The protocol as HashiCorp publishes it. Messages are written and read by the names of their
 * fields, with the numbers and types that stand in the file.
 */
final class ProtoFile {
  /** A field of a message, or an entry's of a map. */
  private record Field(String name, String type, int number) {}

  /** The messages that a call takes and gives. */
  record Call(String request, String answer) {}

  private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|[\\w./-]+|[{}()<>=;,\\[\\]]");
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private final Deque<String> tokens = new ArrayDeque<>();
  private final Map<String, List<Field>> messages = new HashMap<>();
  private final Map<String, Map<String, Long>> enums = new HashMap<>();
  private final Map<String, Call> calls = new TreeMap<>();

  ProtoFile(String text) {
    TOKEN
        .matcher(text.replaceAll("//[^\n]*", ""))
        .results()
        .map(MatchResult::group)
        .forEach(tokens::add);
    while (!tokens.isEmpty()) {
      declaration("");
    }
  }

  /** All calls of its service, by name. */
  Map<String, Call> calls() {
    return Collections.unmodifiableMap(calls);
  }

  /** The number of a constant. */
  long constant(String type, String name) {
    Long number = enums.getOrDefault(type, Map.of()).get(name);
    if (number == null) {
      throw new AssertionError("the protocol has no constant %s of %s".formatted(name, type));
    }
    return number;
  }

  Writing write(String message) {
    return new Writing(message);
  }

  Reading read(String message, byte[] bytes) {
    return new Reading(message, bytes);
  }

  // What stands in the file.

  /** Reads what is next in a message, or in the file itself when there is no scope. */
  private void declaration(String scope) {
    String word = tokens.remove();
    switch (word) {
      case "message" -> {
        String name = within(scope, tokens.remove());
        messages.put(name, new ArrayList<>());
        block(() -> declaration(name));
      }
      case "enum" -> {
        var constants = new HashMap<String, Long>();
        enums.put(within(scope, tokens.remove()), constants);
        block(() -> constant(constants));
      }
      case "oneof" -> {
        tokens.remove();
        block(() -> declaration(scope));
      }
      case "service" -> {
        tokens.remove();
        block(this::call);
      }
      case "syntax", "package", "import", "option", "reserved" -> skipToSemicolon();
      default -> field(scope, word);
    }
  }

  private void block(Runnable content) {
    expect("{");
    while (!"}".equals(tokens.peek())) {
      content.run();
    }
    expect("}");
  }

  private void constant(Map<String, Long> constants) {
    String name = tokens.remove();
    expect("=");
    constants.put(name, Long.valueOf(tokens.remove()));
    skipToSemicolon();
  }

  private void call() {
    expect("rpc");
    String name = tokens.remove();
    String request = parameter();
    expect("returns");
    calls.put(name, new Call(request, parameter()));
    expect(";");
  }

  private String parameter() {
    expect("(");
    String word = tokens.remove();
    String type = word.equals("stream") ? tokens.remove() : word;
    expect(")");
    return type;
  }

  private void field(String scope, String first) {
    boolean labelled = first.equals("repeated") || first.equals("optional");
    String type = labelled ? tokens.remove() : first;
    String value = type.equals("map") ? valueOfMap() : "";
    String name = tokens.remove();
    if (!value.isEmpty()) {
      type = name + "Entry";
      messages.put(
          within(scope, type),
          List.of(new Field("key", "string", 1), new Field("value", value, 2)));
    }
    expect("=");
    fields(scope).add(new Field(name, type, Integer.parseInt(tokens.remove())));
    skipToSemicolon();
  }

  private String valueOfMap() {
    expect("<");
    expect("string");
    expect(",");
    String value = tokens.remove();
    expect(">");
    return value;
  }

  private void expect(String wanted) {
    String word = tokens.remove();
    if (!word.equals(wanted)) {
      throw new AssertionError("%s stands where %s was expected".formatted(word, wanted));
    }
  }

  private void skipToSemicolon() {
    String word = tokens.remove();
    while (!word.equals(";")) {
      word = tokens.remove();
    }
  }

  private static String within(String scope, String name) {
    return scope.isEmpty() ? name : scope + "." + name;
  }

  private List<Field> fields(String message) {
    List<Field> fields = messages.get(message);
    if (fields == null) {
      throw new AssertionError("the protocol has no message " + message);
    }
    return fields;
  }

  private Field field(String message, String name, Class<?> kind) {
    Field field =
        fields(message).stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new AssertionError("%s has no field %s".formatted(message, name)));
    if (kind(message, field) != kind) {
      throw new AssertionError(
          "field %s of %s is of type %s".formatted(name, message, field.type()));
    }
    return field;
  }

  /** A number, bytes or a message: strings are bytes. */
  private Class<?> kind(String message, Field field) {
    return switch (field.type()) {
      case "string", "bytes" -> byte[].class;
      case "bool", "int64" -> Long.class;
      default -> enums.containsKey(full(message, field.type())) ? Long.class : Reading.class;
    };
  }

  /** A type by its full name: what is nearer hides what is farther out. */
  private String full(String scope, String type) {
    String outer = scope;
    while (!outer.isEmpty()) {
      String name = within(outer, type);
      if (messages.containsKey(name) || enums.containsKey(name)) {
        return name;
      }
      outer = outer.contains(".") ? outer.substring(0, outer.lastIndexOf('.')) : "";
    }
    return type;
  }

  /** A message that is written by the names of its fields. */
  final class Writing {
    private final String message;
    private final ProtoWriter out = new ProtoWriter();

    private Writing(String message) {
      this.message = message;
    }

    Writing put(String name, String value) {
      return put(name, value.getBytes(UTF_8));
    }

    Writing put(String name, byte[] value) {
      out.bytes(field(message, name, byte[].class).number(), value);
      return this;
    }

    Writing put(String name, long value) {
      out.explicit(field(message, name, Long.class).number(), value);
      return this;
    }

    Writing put(String name, Writing value) {
      Field field = field(message, name, Reading.class);
      if (!full(message, field.type()).equals(value.message)) {
        throw new AssertionError("%s holds no %s".formatted(name, value.message));
      }
      out.message(field.number(), value.out);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  /**
   * A message that is read by the names of its fields. Every field, those of the messages in it
   * included, must be one of the protocol and of its type.
   */
  final class Reading {
    private final String message;
    private final Map<String, List<Object>> values = new HashMap<>();

    private Reading(String message, byte[] bytes) {
      this.message = message;
      var in = ByteBuffer.wrap(bytes);
      while (in.hasRemaining()) {
        long key = varint(in);
        Field field = numbered((int) (key >>> 3));
        values
            .computeIfAbsent(field.name(), _ -> new ArrayList<>())
            .add(value(field, (int) (key & 7), in));
      }
    }

    private Field numbered(int number) {
      return fields(message).stream()
          .filter(each -> each.number() == number)
          .findFirst()
          .orElseThrow(
              () -> new AssertionError("%s has no field number %d".formatted(message, number)));
    }

    private Object value(Field field, int wire, ByteBuffer in) {
      Class<?> kind = kind(message, field);
      if (wire != (kind == Long.class ? VARINT : LENGTH_DELIMITED)) {
        throw new AssertionError("%s of %s has another type".formatted(field.name(), message));
      }
      if (kind == Long.class) {
        return constantOf(field, varint(in));
      }
      var bytes = new byte[(int) varint(in)];
      in.get(bytes);
      return kind == Reading.class ? new Reading(full(message, field.type()), bytes) : bytes;
    }

    private Long constantOf(Field field, long number) {
      Map<String, Long> constants = enums.get(full(message, field.type()));
      if (constants != null && !constants.containsValue(number)) {
        throw new AssertionError("%s has no constant %d".formatted(field.type(), number));
      }
      return number;
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    private List<Object> values(String name, Class<?> kind) {
      return values.getOrDefault(field(message, name, kind).name(), List.of());
    }

    /** Whether a field is there, be it with its default value. */
    boolean has(String name) {
      return values.containsKey(name);
    }

    byte[] bytes(String name) {
      List<Object> found = values(name, byte[].class);
      return found.isEmpty() ? new byte[0] : (byte[]) found.getLast();
    }

    String text(String name) {
      return new String(bytes(name), UTF_8);
    }

    long number(String name) {
      List<Object> found = values(name, Long.class);
      return found.isEmpty() ? 0 : (Long) found.getLast();
    }

    List<Reading> all(String name) {
      return values(name, Reading.class).stream().map(Reading.class::cast).toList();
    }

    /** The only message of a field. */
    Reading one(String name) {
      List<Reading> found = all(name);
      if (found.size() != 1) {
        throw new AssertionError("%s has %d of %s".formatted(message, found.size(), name));
      }
      return found.getFirst();
    }
  }
}
