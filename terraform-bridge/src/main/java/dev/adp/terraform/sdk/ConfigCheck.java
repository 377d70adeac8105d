package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Attribute.Shape;
import dev.adp.terraform.schema.Attribute.Usage;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Rule;
import java.util.Collection;
import java.util.List;

/** Checks a configuration against the rules of its attributes; unknown values are skipped. */
public final class ConfigCheck {
  private final Diagnostics diagnostics;

  /** Collects what is wrong. */
  public ConfigCheck(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /** Checks the attributes of an object. */
  public void check(List<Attribute> attributes, Value.Structure config, Path path) {
    for (Attribute attribute : attributes) {
      check(attribute, config.get(attribute.name()), path.attribute(attribute.name()));
    }
  }

  private void check(Attribute attribute, Value value, Path path) {
    if (value.isUnknown()) {
      return;
    }
    if (value.isNull()) {
      if (attribute.usage() == Usage.REQUIRED) {
        diagnostics.invalid(path, "is required");
      }
      return;
    }
    if (attribute.usage() == Usage.COMPUTED) {
      diagnostics.invalid(path, "is set by the provider and cannot be configured");
      return;
    }
    if (!attribute.deprecation().isEmpty()) {
      diagnostics.add(Diagnostic.warning(path, "Deprecated attribute", attribute.deprecation()));
    }
    for (Rule rule : attribute.rules()) {
      rule.violation(value).ifPresent(message -> diagnostics.invalid(path, message));
    }
    switch (attribute.shape()) {
      case Shape.Nested(var nesting, var nested) -> checkNested(nesting, nested, value, path);
      case Shape.Plain _ -> checkElements(value, path);
    }
  }

  private void checkElements(Value value, Path path) {
    Collection<Value> elements =
        switch (value) {
          case Value.Sequence(var items) -> items;
          case Value.Members(var items) -> items;
          case Value.Entries(var items) -> items.values();
          case Value.Null _,
              Value.Unknown _,
              Value.Text _,
              Value.Numeric _,
              Value.Bool _,
              Value.Structure _,
              Value.Typed _ ->
              List.of();
        };
    if (elements.stream().anyMatch(Value::isNull)) {
      diagnostics.invalid(path, "must not have an element that is null");
    }
  }

  private void checkNested(Nesting nesting, List<Attribute> nested, Value value, Path path) {
    switch (value) {
      case Value.Structure object when nesting == Nesting.SINGLE -> check(nested, object, path);
      case Value.Entries(var items) ->
          items.forEach((key, item) -> checkElement(nested, item, path.key(key)));
      case Value.Sequence(var items) -> {
        for (int i = 0; i < items.size(); i++) {
          checkElement(nested, items.get(i), path.index(i));
        }
      }
      case Value.Null _,
          Value.Unknown _,
          Value.Text _,
          Value.Numeric _,
          Value.Bool _,
          Value.Members _,
          Value.Structure _,
          Value.Typed _ -> {}
    }
  }

  private void checkElement(List<Attribute> nested, Value item, Path path) {
    if (item instanceof Value.Structure object) {
      check(nested, object, path);
    } else if (item.isNull()) {
      diagnostics.invalid(path, "must not be null");
    }
  }
}
