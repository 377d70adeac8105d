package dev.adp.terraform.schema;

import dev.adp.terraform.cty.Value;
import java.util.Optional;

/** A rule for a value that is known: null and unknown values are never asked about. */
@FunctionalInterface
public interface Rule {
  /** What is wrong, as the end of a sentence that begins with the attribute; empty for nothing. */
  Optional<String> violation(Value value);
}
