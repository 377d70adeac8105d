package dev.adp.domain;

/** Counts and judges texts as people and JSON Schema do: an emoji is one character. */
final class Characters {
  private Characters() {}

  static int in(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Whether there is nothing to see of it. */
  static boolean areBlank(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.getType(c) == Character.FORMAT);
  }

  /** Whether it is one line that can be stored: half of a pair would come back as a question. */
  static boolean areOneLine(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }
}
