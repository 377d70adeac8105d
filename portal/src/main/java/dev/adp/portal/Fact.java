package dev.adp.portal;

/** A label and a value that can be copied; an empty value reads as none. */
public record Fact(String label, String value) {
  public boolean present() {
    return !value.isEmpty();
  }
}
