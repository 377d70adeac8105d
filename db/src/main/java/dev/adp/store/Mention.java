package dev.adp.store;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** Names in a message: the first ten and how many more there are, which may be a thousand. */
final class Mention {
  private static final int NAMES_MAX = 10;

  private Mention() {}

  /** The names in quotes. */
  static String of(List<String> names) {
    String first =
        names.stream().limit(NAMES_MAX).map(name -> '"' + name + '"').collect(joining(", "));
    int more = names.size() - NAMES_MAX;
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }
}
