package dev.adp.portal;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A row of tabs. Each is a link that changes one parameter of the URL and keeps the others, so that
 * the URL tells all that is open; of each row the first tab is open where the URL says nothing.
 *
 * @param label what the row chooses, for people who do not see it
 */
public record Tabs(String label, List<Tab> tabs) {

  /**
   * A link.
   *
   * @param id stays the same when the page is swapped: so the link keeps the focus
   */
  public record Tab(String id, String label, String href, boolean current) {}

  /**
   * What the tabs of one row stand for, and which is open.
   *
   * @param slug of one of them in the URL
   */
  record Row<T>(
      String parameter,
      String label,
      List<T> choices,
      Function<T, String> slug,
      Function<T, String> text,
      T open) {

    /** The row as the URL has it. */
    static <T> Row<T> of(
        Request request,
        String parameter,
        String label,
        List<T> choices,
        Function<T, String> slug,
        Function<T, String> text) {
      String wanted = request.query(parameter);
      T open =
          choices.stream()
              .filter(choice -> slug.apply(choice).equals(wanted))
              .findFirst()
              .orElse(choices.getFirst());
      return new Row<>(parameter, label, choices, slug, text, open);
    }

    /** The links. */
    Tabs tabs(String page, List<Row<?>> all) {
      return new Tabs(label, choices.stream().map(choice -> tab(page, all, choice)).toList());
    }

    private Tab tab(String page, List<Row<?>> all, T choice) {
      String query =
          all.stream()
              .map(row -> row.parameter().equals(parameter) ? query(choice) : row.query())
              .filter(part -> !part.isEmpty())
              .collect(Collectors.joining("&"));
      return new Tab(
          "tab-" + parameter + "-" + slug.apply(choice),
          text.apply(choice),
          query.isEmpty() ? page : page + "?" + query,
          choice.equals(open));
    }

    private String query() {
      return query(open);
    }

    private String query(T choice) {
      return choice.equals(choices.getFirst()) ? "" : parameter + "=" + slug.apply(choice);
    }
  }
}
