package dev.adp.portal;

/** How an example gets its answer. */
enum Delivery {
  STREAMING("streaming", "Streaming", "-stream"),
  WHOLE("whole", "Not streaming", "");

  private final String slug;
  private final String label;
  private final String suffix;

  Delivery(String slug, String label, String suffix) {
    this.slug = slug;
    this.label = label;
    this.suffix = suffix;
  }

  String slug() {
    return slug;
  }

  String label() {
    return label;
  }

  /** What the names of files have between language and ending. */
  String suffix() {
    return suffix;
  }
}
