package dev.adp.terraform.schema;

import dev.adp.terraform.cty.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Collects what people are to be told. */
public final class Diagnostics {
  private final List<Diagnostic> found = new ArrayList<>();

  /** Adds one. */
  public void add(Diagnostic diagnostic) {
    found.add(diagnostic);
  }

  /** Adds several. */
  public void addAll(Collection<Diagnostic> diagnostics) {
    found.addAll(diagnostics);
  }

  /** Says that an attribute breaks a rule. */
  public void invalid(Path path, String message) {
    add(Diagnostic.error(path, "Invalid " + path, path + " " + message + "."));
  }

  /** Whether something stops the run. */
  public boolean hasErrors() {
    return found.stream().anyMatch(each -> each.severity() == Diagnostic.Severity.ERROR);
  }

  /** All of them, in the order in which they were found. */
  public List<Diagnostic> all() {
    return List.copyOf(found);
  }
}
