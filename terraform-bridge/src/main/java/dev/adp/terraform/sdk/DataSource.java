package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;

/**
 * Something that Terraform reads.
 *
 * @param <C> what the configured provider gives it to work with
 */
public interface DataSource<C> {
  /** Its attributes. */
  Schema schema();

  /** Checks rules that concern more than one attribute; any value may be unknown. */
  default void validate(Value.Structure config, Diagnostics diagnostics) {}

  /**
   * Reads it.
   *
   * @throws Refusal when there is no such thing
   */
  Value.Structure read(C client, Value.Structure config);
}
