package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Path;

/**
 * What a call is about, for the texts that people read.
 *
 * @param kind for example {@code LLM provider}
 * @param address type of the resource in a configuration, empty when it is none
 * @param fields where the fields of its JSON are in a configuration
 */
record Subject(String kind, String name, String address, FieldPaths fields) {
  /** Something that is only read. */
  static Subject of(String kind, String name) {
    return new Subject(kind, name, "", _ -> Path.ROOT);
  }

  @Override
  public String toString() {
    return name.isEmpty() ? kind : "%s \"%s\"".formatted(kind, name);
  }
}
