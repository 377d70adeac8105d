package dev.adp.http;

/**
 * Metrics in the text format of Prometheus, version 0.0.4. The samples of a family follow its head.
 */
public final class MetricsText {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder out = new StringBuilder();

  /** What a family measures. */
  public enum Measure {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram");

    private final String word;

    Measure(String word) {
      this.word = word;
    }
  }

  public void family(String name, Measure measure, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(measure.word).append('\n');
  }

  /** A family of one sample without labels. */
  public void single(String name, Measure measure, String help, long value) {
    family(name, measure, help);
    sample(name, value);
  }

  /** The same in fractions, such as seconds. */
  public void single(String name, Measure measure, String help, double value) {
    family(name, measure, help);
    sample(name, value);
  }

  /**
   * One sample.
   *
   * @param labels names and values in turn
   */
  public void sample(String name, long value, String... labels) {
    head(name, labels).append(value).append('\n');
  }

  public void sample(String name, double value, String... labels) {
    head(name, labels).append(value).append('\n');
  }

  private StringBuilder head(String name, String... labels) {
    out.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      escaped(labels[i + 1]);
      out.append('"');
    }
    return out.append(labels.length == 0 ? " " : "} ");
  }

  private void escaped(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
