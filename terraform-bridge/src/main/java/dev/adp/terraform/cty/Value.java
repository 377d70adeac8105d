package dev.adp.terraform.cty;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value of Terraform's language. Two values are equal when Terraform takes them for the same:
 * numbers whatever their scale, sets whatever their order.
 */
public sealed interface Value {
  /** No value. */
  enum Null implements Value {
    NULL
  }

  /** A value that is not known before something has been applied. */
  enum Unknown implements Value {
    UNKNOWN
  }

  /** A string. */
  record Text(String value) implements Value {
    public Text {
      value = Normalizer.normalize(value, Normalizer.Form.NFC);
    }
  }

  /** A number. */
  record Numeric(BigDecimal value) implements Value {
    public Numeric {
      value = value.stripTrailingZeros(); // So that equal numbers are equal records.
    }
  }

  /** A boolean. */
  record Bool(boolean value) implements Value {}

  /** A list or a tuple. */
  record Sequence(List<Value> items) implements Value {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A set. Unknown members count one by one, since they may turn out to differ. */
  record Members(List<Value> items) implements Value {
    public Members {
      items = List.copyOf(items);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Members(var others)
          && items.size() == others.size()
          && new HashSet<>(items).equals(new HashSet<>(others));
    }

    @Override
    public int hashCode() {
      return new HashSet<>(items).hashCode();
    }
  }

  /** A map. */
  record Entries(SortedMap<String, Value> items) implements Value {
    public Entries {
      items = Collections.unmodifiableSortedMap(new TreeMap<>(items));
    }
  }

  /** An object: exactly the attributes of its type, absent ones are null. */
  record Structure(SortedMap<String, Value> attributes) implements Value {
    public Structure {
      attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** Makes an object of some attributes. */
    public static Structure of(Map<String, ? extends Value> attributes) {
      return new Structure(new TreeMap<>(attributes));
    }

    /** The attribute of this name, null when there is none. */
    public Value get(String name) {
      return attributes.getOrDefault(name, Null.NULL);
    }

    /** The same object with another value of one attribute. */
    public Structure with(String name, Value value) {
      var changed = new TreeMap<>(attributes);
      changed.put(name, value);
      return new Structure(changed);
    }

    /** The string of this name; empty when it is null or unknown. */
    public Optional<String> text(String name) {
      return get(name) instanceof Text(var value) ? Optional.of(value) : Optional.empty();
    }

    /** The number of this name; empty when it is null or unknown. */
    public Optional<BigDecimal> number(String name) {
      return get(name) instanceof Numeric(var value) ? Optional.of(value) : Optional.empty();
    }

    /** The boolean of this name; empty when it is null or unknown. */
    public Optional<Boolean> bool(String name) {
      return get(name) instanceof Bool(var value) ? Optional.of(value) : Optional.empty();
    }

    /** The object of this name; empty when it is null or unknown. */
    public Optional<Structure> object(String name) {
      return get(name) instanceof Structure value ? Optional.of(value) : Optional.empty();
    }
  }

  /** A value of {@link Type#DYNAMIC}, which brings its type. */
  record Typed(Type type, Value value) implements Value {}

  /** A string. */
  static Value text(String value) {
    return new Text(value);
  }

  /** A number. */
  static Value number(long value) {
    return new Numeric(BigDecimal.valueOf(value));
  }

  /** A number. */
  static Value number(BigDecimal value) {
    return new Numeric(value);
  }

  /** A boolean. */
  static Value bool(boolean value) {
    return new Bool(value);
  }

  /** A list of strings. */
  static Value list(Collection<String> values) {
    return new Sequence(values.stream().map(Value::text).toList());
  }

  /** A set of strings. */
  static Value set(Collection<String> values) {
    return new Members(values.stream().distinct().map(Value::text).toList());
  }

  /** Whether there is no value. */
  default boolean isNull() {
    return this instanceof Null;
  }

  /** Whether nothing is known of this value, not even its parts. */
  default boolean isUnknown() {
    return this instanceof Unknown;
  }

  /** Whether this is a value: neither null nor unknown. */
  default boolean isKnown() {
    return !isNull() && !isUnknown();
  }

  /** Whether neither this value nor any part of it is unknown. */
  default boolean isWhollyKnown() {
    return switch (this) {
      case Unknown _ -> false;
      case Null _, Text _, Numeric _, Bool _ -> true;
      case Sequence(var items) -> items.stream().allMatch(Value::isWhollyKnown);
      case Members(var items) -> items.stream().allMatch(Value::isWhollyKnown);
      case Entries(var items) -> items.values().stream().allMatch(Value::isWhollyKnown);
      case Structure(var attributes) -> attributes.values().stream().allMatch(Value::isWhollyKnown);
      case Typed(_, var value) -> value.isWhollyKnown();
    };
  }

  /** Whether this is a list, set or map without elements. */
  default boolean isEmptyCollection() {
    return switch (this) {
      case Sequence(var items) -> items.isEmpty();
      case Members(var items) -> items.isEmpty();
      case Entries(var items) -> items.isEmpty();
      case Null _, Unknown _, Text _, Numeric _, Bool _, Structure _, Typed _ -> false;
    };
  }
}
