package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** A change while it is planned. */
public final class PlannedChange {
  private final Optional<Value.Structure> prior;
  private final Value.Structure config;
  private final Diagnostics diagnostics;
  private final Set<Path> replacing = new LinkedHashSet<>();
  private Value.Structure planned;

  PlannedChange(
      Optional<Value.Structure> prior,
      Value.Structure config,
      Value.Structure planned,
      Diagnostics diagnostics) {
    this.prior = prior;
    this.config = config;
    this.planned = planned;
    this.diagnostics = diagnostics;
  }

  /** The state before; empty for a creation. */
  public Optional<Value.Structure> prior() {
    return prior;
  }

  /** The configuration. */
  public Value.Structure config() {
    return config;
  }

  /** What is planned so far. */
  public Value.Structure planned() {
    return planned;
  }

  /** Plans a value for an attribute that the provider sets. */
  public void set(String attribute, Value value) {
    planned = planned.with(attribute, value);
  }

  /** Makes a new object necessary. */
  public void replaceBecauseOf(Path path) {
    replacing.add(path);
  }

  /** The attributes that make a new object necessary. */
  public Set<Path> replacing() {
    return replacing;
  }

  /** Collects what speaks against the change. */
  public Diagnostics diagnostics() {
    return diagnostics;
  }
}
