package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Value;

/** Values as they are written in a configuration. */
final class Defaults {
  private Defaults() {}

  static String text(Value value) {
    return switch (value) {
      case Value.Text(var text) -> '"' + text + '"';
      case Value.Bool(var bool) -> String.valueOf(bool);
      case Value.Numeric(var number) -> number.toPlainString();
      case Value.Null _,
          Value.Unknown _,
          Value.Sequence _,
          Value.Members _,
          Value.Entries _,
          Value.Structure _,
          Value.Typed _ ->
          throw new IllegalArgumentException("no default of this form is documented");
    };
  }
}
