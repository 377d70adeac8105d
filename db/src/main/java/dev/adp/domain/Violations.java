package dev.adp.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects every violation before throwing once, so that people mend a form in one go. */
public final class Violations {
  private final List<Violation> found = new ArrayList<>();

  public Violations check(boolean holds, String field, String message) {
    if (!holds) {
      found.add(new Violation(field, message));
    }
    return this;
  }

  public Violations add(Violation violation) {
    found.add(violation);
    return this;
  }

  /** Runs a constructor that may find violations of its own, and keeps them here. */
  public <T> Optional<T> attempt(Supplier<T> construction) {
    try {
      return Optional.of(construction.get());
    } catch (Failure.Invalid invalid) {
      invalid.violations().stream()
          .filter(violation -> !found.contains(violation))
          .forEach(found::add);
      return Optional.empty();
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Violation> found() {
    return List.copyOf(found);
  }

  /**
   * @throws Failure.Invalid with everything collected, when there is anything
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new Failure.Invalid(found);
    }
  }
}
