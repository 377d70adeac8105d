package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a field of the REST API is in a configuration. */
@FunctionalInterface
interface FieldPaths {
  Pattern STEP = Pattern.compile("([^.\\[\\]]+)|\\[(\\d+)\\]");

  /** The attribute that a field comes from; {@link Path#ROOT} when there is none. */
  Path path(String field);

  /** The same names in the same places. */
  static Path same(String field) {
    Path path = Path.ROOT;
    Matcher step = STEP.matcher(field);
    while (step.find()) {
      path =
          step.group(1) == null
              ? path.index(Long.parseLong(step.group(2)))
              : path.attribute(step.group(1));
    }
    return path;
  }
}
