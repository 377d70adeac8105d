package dev.adp.portal;

/**
 * One part of a message, laid out to be read.
 *
 * @param title of a part that is folded
 * @param result of a tool that is called, as far as it is known
 * @param text of a tool that is called: its arguments
 */
public record SaidPart(Kind kind, String title, Shown text, Shown result) {
  /** How a part is shown. */
  public enum Kind {
    TEXT,
    REASONING,
    CALL,
    /** What a tool answered, whose call is not on the page. */
    RESULT,
    /** What a tool answered, shown with its call. */
    RESULT_ABOVE,
    /** Anything else, as JSON. */
    OTHER
  }

  /**
   * A text as far as the page has room for it.
   *
   * @param chars of the whole text
   */
  public record Shown(String text, int chars) {
    static final Shown NOTHING = new Shown("", 0);

    public boolean cut() {
      return text.length() < chars;
    }
  }

  public boolean is(String name) {
    return kind.name().equals(name);
  }

  public boolean hasResult() {
    return result.chars() > 0;
  }
}
