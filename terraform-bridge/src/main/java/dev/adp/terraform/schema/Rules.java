package dev.adp.terraform.schema;

import dev.adp.terraform.cty.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Rules that many attributes share. */
public final class Rules {
  private Rules() {}

  /** Strings that a test accepts. */
  public static Rule text(Predicate<String> test, String message) {
    return value ->
        value instanceof Value.Text(var text) && !test.test(text)
            ? Optional.of(message)
            : Optional.empty();
  }

  /** Strings of a form. */
  public static Rule matches(Pattern pattern, String message) {
    return text(text -> pattern.matcher(text).matches(), message);
  }

  /** Strings of a length; an emoji is one character, as for the server. */
  public static Rule lengthAtMost(int max) {
    return text(
        text -> text.codePointCount(0, text.length()) <= max,
        "must have at most " + max + " characters");
  }

  /** Some strings. */
  public static Rule oneOf(List<String> allowed) {
    return text(allowed::contains, "must be one of " + String.join(", ", allowed));
  }

  /** Numbers that a test accepts. */
  public static Rule number(Predicate<BigDecimal> test, String message) {
    return value ->
        value instanceof Value.Numeric(var number) && !test.test(number)
            ? Optional.of(message)
            : Optional.empty();
  }

  /** Strings, members of lists and sets, and keys of maps, that each follow a rule. */
  public static Rule each(Rule rule) {
    return value ->
        switch (value) {
          case Value.Sequence(var items) -> first(items, rule);
          case Value.Members(var items) -> first(items, rule);
          case Value.Entries(var items) ->
              first(items.keySet().stream().map(Value::text).toList(), rule);
          case Value.Null _,
              Value.Unknown _,
              Value.Text _,
              Value.Numeric _,
              Value.Bool _,
              Value.Structure _,
              Value.Typed _ ->
              rule.violation(value);
        };
  }

  private static Optional<String> first(List<Value> items, Rule rule) {
    return items.stream()
        .filter(Value::isKnown)
        .map(
            item ->
                rule.violation(item)
                    .map(message -> "has an element that " + message + ": " + shown(item)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String shown(Value item) {
    return item instanceof Value.Text(var text) ? '"' + text + '"' : item.toString();
  }
}
