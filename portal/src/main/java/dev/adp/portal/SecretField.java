package dev.adp.portal;

/**
 * A field that names a secret, with what was chosen there.
 *
 * @param id of the field on the page
 * @param apiField as the API and the domain name it
 */
record SecretField(String id, String apiField, SecretChoice choice) {
  /** What the page calls the value of a new secret, after the field that names it. */
  static final String NEW_VALUE = "_new_value";

  static final String NEW_NAME = "_new_name";
}
