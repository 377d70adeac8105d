package dev.adp.terraform.rpc;

import java.util.Map;

/** Finds what Terraform asks for by name. */
final class Named {
  private Named() {}

  static <T> T require(Map<String, T> all, String name, String kind) {
    T found = all.get(name);
    if (found == null) {
      throw new IllegalArgumentException("this provider has no %s %s".formatted(kind, name));
    }
    return found;
  }
}
