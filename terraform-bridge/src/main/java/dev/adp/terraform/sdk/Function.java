package dev.adp.terraform.sdk;

import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import java.util.List;

/** A pure function; it is called with known arguments, before the provider is configured. */
public interface Function {
  /** What it is for, in one line. */
  String summary();

  /** What it does, in Markdown. */
  String description();

  /** Its parameters. */
  List<Parameter> parameters();

  /** The type of its result. */
  Type result();

  /**
   * Computes it.
   *
   * @throws BadArgument when one of them breaks a rule
   */
  Value call(List<Value> arguments);

  /** A parameter. */
  record Parameter(String name, Type type, String description) {}

  /** An argument that breaks a rule. */
  final class BadArgument extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int position;

    /** Says which argument, from 0 on, and why. */
    public BadArgument(int position, String message) {
      super(message);
      this.position = position;
    }

    /** Which argument, from 0 on. */
    public int position() {
      return position;
    }
  }
}
