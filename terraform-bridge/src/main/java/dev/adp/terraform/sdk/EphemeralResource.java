package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Schema;
import java.util.Map;

/**
 * Something that exists during one run of Terraform and is stored nowhere.
 *
 * @param <C> what the configured provider gives it to work with
 */
public interface EphemeralResource<C> {
  /** Its attributes. */
  Schema schema();

  /** Makes it. */
  Opened open(C client, Value.Structure config);

  /** Ends it. */
  default void close(C client, Map<String, String> notes) {}

  /**
   * What was made.
   *
   * @param notes what {@link #close} needs to know
   */
  record Opened(Value.Structure values, Map<String, String> notes) {
    public Opened {
      notes = Map.copyOf(notes);
    }
  }
}
