package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import java.util.Map;

/**
 * Everything that a provider offers, by full name.
 *
 * @param <C> what the configured provider gives its resources to work with
 */
public interface Provider<C> {
  /** Attributes of the provider block. */
  Schema schema();

  /** What Terraform manages. */
  Map<String, ManagedResource<C>> resources();

  /** What Terraform reads. */
  Map<String, DataSource<C>> dataSources();

  /** What exists during a run. */
  Map<String, EphemeralResource<C>> ephemeralResources();

  /** What is computed. */
  Map<String, Function> functions();

  /** Checks rules that concern more than one attribute; any value may be unknown. */
  default void validate(Value.Structure config, Diagnostics diagnostics) {}

  /**
   * Prepares the work.
   *
   * @param config wholly known
   * @throws Refusal when it is of no use
   */
  C configure(Value.Structure config);

  /** Terraform was told to stop: what is under way is finished, but nothing is tried again. */
  default void stop(C client) {}

  /** Ends what {@link #configure} has begun: threads that it leaves hold up the process. */
  default void release(C client) {}
}
