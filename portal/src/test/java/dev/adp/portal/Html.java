package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;

/** Parts of a page, and what people read there. */
final class Html {
  private Html() {}

  /** From the first place of a text, which must be there, to the next of another. */
  static String between(String page, String from, String to) {
    int start = page.indexOf(from);
    assertThat(start).as("%s in %s", from, page).isNotNegative();
    int end = page.indexOf(to, start);
    assertThat(end).as("%s behind %s in %s", to, from, page).isNotNegative();
    return page.substring(start, end);
  }

  /** The row of a table in which a text stands first. */
  static String row(String page, String part) {
    int at = page.indexOf(part);
    assertThat(at).as("%s in %s", part, page).isNotNegative();
    int start = page.lastIndexOf("<tr", at);
    assertThat(start).as("a row around %s", part).isNotNegative();
    return page.substring(start, page.indexOf("</tr>", at));
  }

  /** The first group of a pattern wherever it matches. */
  static List<String> all(String pattern, String html) {
    return Pattern.compile(pattern, Pattern.DOTALL)
        .matcher(html)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** What is read where this is shown, with one space between its words. */
  static String text(String html) {
    return html.replaceAll("<[^>]+>", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
