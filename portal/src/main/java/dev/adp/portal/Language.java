package dev.adp.portal;

import java.util.Locale;
import java.util.Map;

/** A language that the Connect page has examples in, first the one that needs nothing installed. */
enum Language {
  CURL("curl", "sh"),
  PYTHON("Python", "py"),
  NODE("Node", "mjs"),
  JAVA("Java", "java"),
  GO("Go", "go");

  private final String label;
  private final String extension;

  Language(String label, String extension) {
    this.label = label;
    this.extension = extension;
  }

  String slug() {
    return name().toLowerCase(Locale.ROOT);
  }

  String label() {
    return label;
  }

  /** The name of a file: {@code python.py}, {@code python-stream.py}. */
  String file(String suffix) {
    return slug() + suffix + "." + extension;
  }

  /** The line that an example gets when its caller passes through to the upstream. */
  String passthroughFile() {
    return "passthrough." + extension;
  }

  /**
   * What stands above an example.
   *
   * @param libraries what examples call, by language; a shell needs none
   */
  String title(Map<Language, String> libraries) {
    return libraries.containsKey(this) ? label + " · " + libraries.get(this) : "Shell";
  }
}
