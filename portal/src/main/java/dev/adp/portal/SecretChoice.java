package dev.adp.portal;

/**
 * A reference to the secret store: one that is there already, or a new one.
 *
 * @param newValue never goes back to the page
 */
public record SecretChoice(boolean isNew, String existing, String newName, String newValue) {
  static final SecretChoice NONE = existing("");

  static SecretChoice existing(String name) {
    return new SecretChoice(false, name, "", "");
  }

  /**
   * Reads a choice from a form.
   *
   * @param id of the field
   */
  static SecretChoice of(Request request, String id) {
    return new SecretChoice(
        request.field(id + "_source").equals("new"),
        request.field(id),
        request.field(id + "_new_name"),
        request.raw(id + "_new_value"));
  }

  /** What the provider will refer to. */
  String name() {
    return isNew ? newName : existing;
  }

  @Override
  public String toString() {
    return "SecretChoice[" + name() + "]";
  }
}
