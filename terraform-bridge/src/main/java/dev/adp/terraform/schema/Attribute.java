package dev.adp.terraform.schema;

import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * One attribute and everything that the engine needs to know of it. Instances are immutable; the
 * methods that look like setters answer with a changed copy.
 *
 * @param shape its type, or the attributes of the objects that it holds
 * @param planned the value that stands in when the configuration has none
 * @param replaces whether a change makes a new object necessary
 * @param keepsState whether a computed value, once known, stays through updates
 * @param same whether two spellings mean the same, so that neither is a change
 */
public record Attribute(
    String name,
    Shape shape,
    String description,
    Usage usage,
    boolean sensitive,
    boolean writeOnly,
    Optional<Value> planned,
    boolean replaces,
    boolean keepsState,
    BiPredicate<Value, Value> same,
    List<Rule> rules,
    String deprecation) {

  /** Who sets it. */
  public enum Usage {
    REQUIRED,
    OPTIONAL,
    COMPUTED,
    /** The configuration, or the provider when it does not. */
    OPTIONAL_COMPUTED
  }

  /** What its values look like. */
  public sealed interface Shape {
    /** Values without attributes of their own. */
    record Plain(Type type) implements Shape {}

    /** One object, or a list or map of objects. */
    record Nested(Nesting nesting, List<Attribute> attributes) implements Shape {
      public Nested {
        attributes = List.copyOf(attributes);
      }
    }
  }

  /** How objects are held. */
  public enum Nesting {
    SINGLE,
    LIST,
    MAP
  }

  public Attribute {
    rules = List.copyOf(rules);
    boolean configurable = usage != Usage.COMPUTED;
    require(!writeOnly || (usage != Usage.COMPUTED && usage != Usage.OPTIONAL_COMPUTED), name);
    require(planned.isEmpty() || (usage == Usage.OPTIONAL_COMPUTED && !writeOnly), name);
    require(configurable || rules.isEmpty(), name);
  }

  private static void require(boolean legal, String name) {
    if (!legal) {
      throw new IllegalArgumentException("attribute " + name + " cannot be what it is said to be");
    }
  }

  private static Attribute of(String name, Shape shape, Usage usage, String description) {
    return new Attribute(
        name,
        shape,
        description,
        usage,
        false,
        false,
        Optional.empty(),
        false,
        false,
        Value::equals,
        List.of(),
        "");
  }

  /** An attribute that every configuration has. */
  public static Attribute required(String name, Type type, String description) {
    return of(name, new Shape.Plain(type), Usage.REQUIRED, description);
  }

  /** An attribute that a configuration may have. */
  public static Attribute optional(String name, Type type, String description) {
    return of(name, new Shape.Plain(type), Usage.OPTIONAL, description);
  }

  /** An attribute that only the provider sets. */
  public static Attribute computed(String name, Type type, String description) {
    return of(name, new Shape.Plain(type), Usage.COMPUTED, description);
  }

  /** An attribute with a default. */
  public static Attribute defaulted(String name, Type type, Value value, String description) {
    return optional(name, type, description).orElse(value);
  }

  /** An object, or a list or map of objects, that every configuration has. */
  public static Attribute required(
      String name, Nesting nesting, List<Attribute> attributes, String description) {
    return of(name, new Shape.Nested(nesting, attributes), Usage.REQUIRED, description);
  }

  /** An object, or a list or map of objects, that a configuration may have. */
  public static Attribute optional(
      String name, Nesting nesting, List<Attribute> attributes, String description) {
    return of(name, new Shape.Nested(nesting, attributes), Usage.OPTIONAL, description);
  }

  /** An object, or a list or map of objects, that only the provider sets. */
  public static Attribute computed(
      String name, Nesting nesting, List<Attribute> attributes, String description) {
    return of(name, new Shape.Nested(nesting, attributes), Usage.COMPUTED, description);
  }

  /** With a value that stands in when the configuration has none. */
  public Attribute orElse(Value value) {
    return copy(Usage.OPTIONAL_COMPUTED, sensitive, writeOnly, Optional.of(value), replaces, rules);
  }

  /** As an attribute that only the provider sets, without rules. */
  public Attribute asComputed() {
    Shape computed =
        switch (shape) {
          case Shape.Plain plain -> plain;
          case Shape.Nested(var nesting, var attributes) ->
              new Shape.Nested(nesting, attributes.stream().map(Attribute::asComputed).toList());
        };
    return of(name, computed, Usage.COMPUTED, description);
  }

  /** Never shown by Terraform. */
  public Attribute asSensitive() {
    return copy(usage, true, writeOnly, planned, replaces, rules);
  }

  /** Never kept: neither in a plan nor in a state. */
  public Attribute asWriteOnly() {
    return copy(usage, sensitive, true, planned, replaces, rules);
  }

  /** A change makes a new object necessary. */
  public Attribute replacing() {
    return copy(usage, sensitive, writeOnly, planned, true, rules);
  }

  /** A computed value stays through updates once it is known. */
  public Attribute keptInState() {
    return new Attribute(
        name,
        shape,
        description,
        usage,
        sensitive,
        writeOnly,
        planned,
        replaces,
        true,
        same,
        rules,
        deprecation);
  }

  /** With a test for spellings that mean the same. */
  public Attribute sameWhen(BiPredicate<Value, Value> test) {
    return new Attribute(
        name,
        shape,
        description,
        usage,
        sensitive,
        writeOnly,
        planned,
        replaces,
        keepsState,
        test,
        rules,
        deprecation);
  }

  /** With one more rule. */
  public Attribute where(Rule rule) {
    var more = new ArrayList<>(rules);
    more.add(rule);
    return copy(usage, sensitive, writeOnly, planned, replaces, more);
  }

  private Attribute copy(
      Usage whose,
      boolean hidden,
      boolean unkept,
      Optional<Value> value,
      boolean replacing,
      List<Rule> all) {
    return new Attribute(
        name,
        shape,
        description,
        whose,
        hidden,
        unkept,
        value,
        replacing,
        keepsState,
        same,
        all,
        deprecation);
  }

  /** Whether the provider may set it. */
  public boolean isComputed() {
    return usage == Usage.COMPUTED || usage == Usage.OPTIONAL_COMPUTED;
  }

  /** The type of its values. */
  public Type type() {
    return switch (shape) {
      case Shape.Plain(var type) -> type;
      case Shape.Nested(var nesting, var attributes) -> {
        Type object = Schema.objectOf(attributes);
        yield switch (nesting) {
          case SINGLE -> object;
          case LIST -> new Type.ListOf(object);
          case MAP -> new Type.MapOf(object);
        };
      }
    };
  }
}
