package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Attribute.Shape;
import dev.adp.terraform.schema.Diagnostics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Plans what a resource will look like. Terraform has merged configuration and state already; left
 * to do are defaults, spellings that mean the same, what will only be known afterwards, and what
 * makes a new object necessary.
 */
public final class Planner {
  /** What is planned. */
  public record Plan(Value.Structure planned, Set<Path> replacing) {}

  private Planner() {}

  /**
   * Plans a creation or an update.
   *
   * @param prior the state before; empty for a creation
   * @param proposed what Terraform proposes
   */
  public static Plan plan(
      ManagedResource<?> resource,
      Optional<Value.Structure> prior,
      Value.Structure proposed,
      Value.Structure config,
      Diagnostics diagnostics) {
    List<Attribute> attributes = resource.schema().attributes();
    Value before = prior.isPresent() ? prior.get() : Value.Null.NULL;
    Value.Structure planned = Walk.map(attributes, proposed, config, Planner::defaulted);
    planned = Walk.map(attributes, planned, before, Planner::spelledAsBefore);
    if (!planned.equals(before)) {
      planned = Walk.map(attributes, planned, config, Planner::unknownUntilApplied);
      planned = Walk.map(attributes, planned, before, Planner::kept);
    }
    var change = new PlannedChange(prior, config, planned, diagnostics);
    resource.plan(change);
    if (prior.isPresent()) {
      findReplacing(attributes, before, change.planned(), Path.ROOT, change.replacing());
      if (!change.replacing().isEmpty()) {
        resource.planDeletion(prior.get(), diagnostics);
      }
    }
    return new Plan(change.planned(), new LinkedHashSet<>(change.replacing()));
  }

  private static Value defaulted(Attribute attribute, Value proposed, Value configured) {
    if (attribute.writeOnly()) {
      return Value.Null.NULL;
    }
    return configured.isNull() ? attribute.planned().orElse(proposed) : proposed;
  }

  private static Value spelledAsBefore(Attribute attribute, Value planned, Value before) {
    return planned.isKnown() && before.isKnown() && attribute.same().test(before, planned)
        ? before
        : planned;
  }

  private static Value unknownUntilApplied(Attribute attribute, Value planned, Value configured) {
    return attribute.isComputed() && attribute.planned().isEmpty() && configured.isNull()
        ? Value.Unknown.UNKNOWN
        : planned;
  }

  private static Value kept(Attribute attribute, Value planned, Value before) {
    return attribute.keepsState() && planned.isUnknown() && !before.isNull() ? before : planned;
  }

  private static void findReplacing(
      List<Attribute> attributes, Value before, Value planned, Path path, Set<Path> found) {
    if (!(before instanceof Value.Structure was) || !(planned instanceof Value.Structure will)) {
      return;
    }
    for (Attribute attribute : attributes) {
      Value old = was.get(attribute.name());
      Value fresh = will.get(attribute.name());
      Path here = path.attribute(attribute.name());
      if (attribute.replaces() && !old.equals(fresh)) {
        found.add(here);
      } else if (attribute.shape() instanceof Shape.Nested(var nesting, var nested)
          && nesting == Nesting.SINGLE) {
        findReplacing(nested, old, fresh, here, found);
      }
    }
  }
}
