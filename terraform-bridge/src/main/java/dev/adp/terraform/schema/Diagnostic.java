package dev.adp.terraform.schema;

import dev.adp.terraform.cty.Path;

/**
 * What people are told, below the line of their configuration that it concerns.
 *
 * @param path which attribute; {@link Path#ROOT} for none in particular
 */
public record Diagnostic(Severity severity, String summary, String detail, Path path) {
  /** Whether it stops the run. */
  public enum Severity {
    ERROR,
    WARNING
  }

  /** Something that is wrong with one attribute. */
  public static Diagnostic error(Path path, String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, path);
  }

  /** Something that is wrong. */
  public static Diagnostic error(String summary, String detail) {
    return error(Path.ROOT, summary, detail);
  }

  /** Something that people should know. */
  public static Diagnostic warning(Path path, String summary, String detail) {
    return new Diagnostic(Severity.WARNING, summary, detail, path);
  }
}
