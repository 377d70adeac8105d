package dev.adp.terraform.sdk;

import dev.adp.terraform.schema.Diagnostic;
import java.util.List;

/** What was asked for cannot be done; people are told why. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Diagnostic> diagnostics;

  /** Tells people something. */
  public Refusal(List<Diagnostic> diagnostics) {
    super(diagnostics.isEmpty() ? "refused" : diagnostics.getFirst().summary());
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** Tells people one thing. */
  public Refusal(Diagnostic diagnostic) {
    this(List.of(diagnostic));
  }

  /** What people are told. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
