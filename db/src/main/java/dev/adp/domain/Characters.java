package dev.adp.domain;

/** Counts texts as people and JSON Schema do: an emoji is one character. */
final class Characters {
  private Characters() {}

  static int in(String text) {
    return text.codePointCount(0, text.length());
  }
}
