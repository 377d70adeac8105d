package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import java.util.Optional;

/**
 * Something that Terraform creates, changes and deletes. Methods that talk to the outside throw
 * {@link Refusal} for what is foreseen.
 *
 * @param <C> what the configured provider gives its resources to work with
 */
public interface ManagedResource<C> {
  /** Its attributes. */
  Schema schema();

  /** Checks rules that concern more than one attribute; any value may be unknown. */
  default void validate(Value.Structure config, Diagnostics diagnostics) {}

  /** Sets what is known of a planned object before it is made, or refuses the change. */
  default void plan(PlannedChange change) {}

  /** Says what speaks against a deletion while it is planned. */
  default void planDeletion(Value.Structure state, Diagnostics diagnostics) {}

  /**
   * Creates the object.
   *
   * @param config the configuration: the only place where write-only values are
   * @return its state, where whatever was planned is as planned
   */
  State create(C client, Value.Structure planned, Value.Structure config);

  /** Looks at the object; empty when it is gone. */
  Optional<State> read(C client, State state);

  /** Changes the object. */
  State update(C client, State state, Value.Structure planned, Value.Structure config);

  /** Deletes the object; one that is gone already is no error. */
  void delete(C client, State state);

  /** What is known of an object by its id alone; it is read next. */
  State imported(String id);
}
