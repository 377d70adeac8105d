package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import java.util.Map;

/**
 * What Terraform keeps of a resource.
 *
 * @param values its attributes
 * @param notes what the provider keeps beside them and nobody sees; no secrets, for they are stored
 */
public record State(Value.Structure values, Map<String, String> notes) {
  public State {
    notes = Map.copyOf(notes);
  }

  /** A state without notes. */
  public static State of(Value.Structure values) {
    return new State(values, Map.of());
  }
}
