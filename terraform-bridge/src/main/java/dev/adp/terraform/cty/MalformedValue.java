package dev.adp.terraform.cty;

/** Bytes that are not a value of the type that was expected. */
public final class MalformedValue extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Says what is wrong, without showing the value. */
  public MalformedValue(String message) {
    super(message);
  }
}
