package dev.adp.domain;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A guardrail that exists in AWS, under the name that providers attach it by.
 *
 * @param uid identity for ever: the name can be used again after deletion
 * @param version counts the changes
 */
public record Guardrail(
    UUID uid,
    Draft draft,
    State state,
    Instant createdAt,
    Instant updatedAt,
    String createdBy,
    String updatedBy,
    long version) {

  /** Whether providers may attach it. */
  public enum State {
    ACTIVE,
    /** On its way out: nothing can be attached to it any more. */
    DELETING
  }

  /**
   * What people write of a guardrail.
   *
   * @param enabled a provider whose guardrail is disabled takes no calls
   * @param identifier its id or ARN in AWS
   * @param guardrailVersion a number, or {@code DRAFT}
   */
  public record Draft(
      ResourceId name,
      String displayName,
      String description,
      boolean enabled,
      AwsRegion region,
      String identifier,
      String guardrailVersion) {
    private static final Pattern IDENTIFIER =
        Pattern.compile(
            "[a-z0-9]{1,64}|arn:aws[a-z-]{0,20}:bedrock:([a-z0-9-]{1,32}):[0-9]{12}:guardrail/[a-z0-9]{1,64}");
    private static final Pattern VERSION = Pattern.compile("DRAFT|[1-9][0-9]{0,7}");

    public Draft {
      var arn = IDENTIFIER.matcher(identifier);
      boolean known = arn.matches();
      new Violations()
          .check(!Characters.areBlank(displayName), "display_name", "must not be empty")
          .check(
              Characters.in(displayName) <= LlmProvider.DISPLAY_NAME_LENGTH_MAX,
              "display_name",
              "must have at most 253 characters")
          .check(
              Characters.areOneLine(displayName),
              "display_name",
              "must not contain control characters")
          .check(
              Characters.in(description) <= LlmProvider.DESCRIPTION_LENGTH_MAX,
              "description",
              "must have at most 4096 characters")
          .check(
              Characters.areOneLine(description.replaceAll("[\r\n\t]", "")),
              "description",
              "must not contain control characters")
          .check(
              known,
              "bedrock_config.guardrail_identifier",
              "must be the id or ARN of a guardrail, for example gr4k7l2m9xyz")
          .check(
              !known || arn.group(1) == null || arn.group(1).equals(region.value()),
              "bedrock_config.guardrail_identifier",
              "must be an ARN in region " + region)
          .check(
              VERSION.matcher(guardrailVersion).matches(),
              "bedrock_config.guardrail_version",
              "must be DRAFT or a version number, for example 1")
          .throwIfAny();
    }
  }

  public ResourceId name() {
    return draft.name();
  }

  /** Changes with every update; compared by {@code If-Match}. */
  public String etag() {
    return Etag.of(uid, version);
  }
}
