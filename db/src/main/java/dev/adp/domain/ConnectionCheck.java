package dev.adp.domain;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What shall be tried.
 *
 * @param model as callers name it
 * @param clientAuthorization the caller's own {@code Authorization} for an upstream that it is
 *     passed through to; used once
 */
public record ConnectionCheck(Subject subject, String model, Optional<String> clientAuthorization) {
  private static final int AUTHORIZATION_CHARS_MAX = 8_192;
  private static final Pattern FITS_HEADER = Pattern.compile("[ -~]*");

  public ConnectionCheck {
    String authorization = clientAuthorization.orElse("");
    new Violations()
        .check(!model.isBlank(), "model", "must not be empty")
        .check(model.equals(model.strip()), "model", "must not begin or end with a space")
        .check(Characters.areOneLine(model), "model", "must not contain control characters")
        .check(
            Characters.in(model) <= ProviderModel.NAME_LENGTH_MAX,
            "model",
            "must have at most 512 characters")
        .check(
            FITS_HEADER.matcher(authorization).matches(),
            "client_authorization",
            "must be the value of an HTTP header: printable ASCII characters only")
        .check(
            authorization.length() <= AUTHORIZATION_CHARS_MAX,
            "client_authorization",
            "must have at most 8192 characters")
        .throwIfAny();
  }

  /** The provider that is tried. */
  public sealed interface Subject {}

  /** One that exists, whether it takes calls or not. */
  public record Saved(ResourceId name) implements Subject {}

  /**
   * One that might be created.
   *
   * @param newSecrets values that stand in for those of the store; they are never stored
   */
  public record Unsaved(LlmProvider.Draft draft, List<NewSecret> newSecrets) implements Subject {
    public Unsaved {
      newSecrets = List.copyOf(newSecrets);
    }
  }

  @Override
  public String toString() {
    return "ConnectionCheck[%s, %s, %s]"
        .formatted(subject, model, clientAuthorization.map(_ -> "***").orElse("-"));
  }
}
