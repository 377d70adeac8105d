package dev.adp.gateway;

/** Where a call names the model that will work for it. */
sealed interface ModelIn {
  /**
   * In the path, which is all that the upstream looks at.
   *
   * @param model decoded
   */
  record Path(String model) implements ModelIn {}

  /** In the member {@code model} of a JSON body. */
  record Body() implements ModelIn {}

  /** In the part {@code model} of a multipart form, or in a JSON body instead of one. */
  record Form() implements ModelIn {}

  /**
   * In no line that is looked at, if it is a batch's file that comes; its {@code purpose} tells, in
   * a form or in JSON.
   */
  record File() implements ModelIn {}

  /** Nowhere: no model works for it. */
  record None() implements ModelIn {}

  /** Somewhere that is not looked at; where models are listed, such a call is refused. */
  record Uncertain() implements ModelIn {}
}
