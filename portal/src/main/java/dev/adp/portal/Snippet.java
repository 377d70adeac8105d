package dev.adp.portal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Code to copy, as it stands on the Connect page.
 *
 * @param title what it is, or the file that it belongs into
 */
public record Snippet(String title, String code) {
  private static final Pattern COLOURED =
      Pattern.compile(
          "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"" // A literal of most languages,
              + "|'[^']*+(?:'\\\\''[^']*+)*+'" // one of a shell, in which '\'' is a quote,
              + "|(?m:(?<=^|\\s)(?:#|//).*$)"); // and a comment to the end of the line.

  /** What a piece of code is, for its colour. */
  public enum Kind {
    PLAIN,
    LITERAL,
    COMMENT
  }

  /** A piece of the code. */
  public record Part(String text, Kind kind) {
    public boolean literal() {
      return kind == Kind.LITERAL;
    }

    public boolean comment() {
      return kind == Kind.COMMENT;
    }

    private static Part coloured(String text) {
      boolean literal = text.startsWith("\"") || text.startsWith("'");
      return new Part(text, literal ? Kind.LITERAL : Kind.COMMENT);
    }
  }

  /** The code again, its literals and comments apart. */
  public List<Part> parts() {
    var parts = new ArrayList<Part>();
    int end = 0;
    for (MatchResult match : COLOURED.matcher(code).results().toList()) {
      parts.add(new Part(code.substring(end, match.start()), Kind.PLAIN));
      parts.add(Part.coloured(match.group()));
      end = match.end();
    }
    parts.add(new Part(code.substring(end), Kind.PLAIN));
    return parts;
  }
}
