package dev.adp.terraform.cty;

import java.util.ArrayList;
import java.util.List;

/** The way from an object to one of its parts. */
public record Path(List<Step> steps) {
  /** The object itself. */
  public static final Path ROOT = new Path(List.of());

  /** One step of the way. */
  public sealed interface Step {
    /** To an attribute of an object. */
    record Attribute(String name) implements Step {}

    /** To an element of a map. */
    record Key(String key) implements Step {}

    /** To an element of a list. */
    record Index(long index) implements Step {}
  }

  public Path {
    steps = List.copyOf(steps);
  }

  /** The way that names of attributes describe. */
  public static Path of(String... names) {
    Path path = ROOT;
    for (String name : names) {
      path = path.attribute(name);
    }
    return path;
  }

  /** On to an attribute. */
  public Path attribute(String name) {
    return then(new Step.Attribute(name));
  }

  /** On to an element of a map. */
  public Path key(String key) {
    return then(new Step.Key(key));
  }

  /** On to an element of a list. */
  public Path index(long index) {
    return then(new Step.Index(index));
  }

  /** Its first step alone; the object itself when it has none. */
  public Path first() {
    return new Path(steps.stream().limit(1).toList());
  }

  private Path then(Step step) {
    var longer = new ArrayList<>(steps);
    longer.add(step);
    return new Path(longer);
  }

  /** As people write it in a configuration. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (Step step : steps) {
      switch (step) {
        case Step.Attribute(var name) -> text.append(text.isEmpty() ? "" : ".").append(name);
        case Step.Key(var key) -> text.append('[').append(quoted(key)).append(']');
        case Step.Index(var index) -> text.append('[').append(index).append(']');
      }
    }
    return text.toString();
  }

  private static String quoted(String key) {
    var text = new StringBuilder("\"");
    key.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                text.append("\\u%04x".formatted(c));
              } else {
                text.append(c == '"' || c == '\\' ? "\\" : "").appendCodePoint(c);
              }
            });
    return text.append('"').toString();
  }
}
