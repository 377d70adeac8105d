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

  static SecretChoice of(Request request, String prefix) {
    return new SecretChoice(
        request.field(prefix + "key_source").equals("new"),
        request.field(prefix + "api_key_ref"),
        request.field(prefix + "new_name"),
        request.raw(prefix + "new_value"));
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
