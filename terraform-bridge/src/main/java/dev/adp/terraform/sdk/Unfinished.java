package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostic;
import java.util.List;
import java.util.TreeMap;

/**
 * Something was made, but its making did not come to a good end. It is kept, so that it is not
 * lost, and Terraform makes it anew.
 */
public final class Unfinished extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient State state;
  private final transient List<Diagnostic> diagnostics;

  /**
   * Tells people why.
   *
   * @param planned what it was to be; what is not known of it stays open
   */
  public Unfinished(Value.Structure planned, List<Diagnostic> diagnostics) {
    super("unfinished");
    this.state = State.of(known(planned));
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** What is known of it. */
  public State state() {
    return state;
  }

  /** What people are told. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  private static Value.Structure known(Value.Structure planned) {
    var values = new TreeMap<String, Value>();
    planned
        .attributes()
        .forEach(
            (name, value) -> values.put(name, value.isWhollyKnown() ? value : Value.Null.NULL));
    return new Value.Structure(values);
  }
}
