package dev.adp.domain;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the gateway proves to AWS who it is. */
public sealed interface AwsCredential {

  /** The AWS SDK's own search: environment, shared config, EKS Pod Identity, IRSA, instance. */
  record DefaultChain() implements AwsCredential {}

  /** An access key pair in the secret store. */
  record StaticKeys(SecretRef accessKeyId, SecretRef secretAccessKey) implements AwsCredential {
    public static final String ACCESS_KEY_ID_REF =
        "bedrock_config.static_credentials.access_key_id_ref";
    public static final String SECRET_ACCESS_KEY_REF =
        "bedrock_config.static_credentials.secret_access_key_ref";
  }

  /**
   * A role that is assumed through AWS STS with what the default chain finds.
   *
   * @param externalId what the role's trust policy may ask for
   * @param sessionName what CloudTrail shows
   */
  record AssumeRole(String roleArn, Optional<String> externalId, Optional<String> sessionName)
      implements AwsCredential {
    private static final String FIELD = "bedrock_config.assume_role.";
    private static final Pattern ROLE_ARN =
        Pattern.compile("arn:aws[a-z-]{0,20}:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,576}");
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");

    public AssumeRole {
      new Violations()
          .check(
              ROLE_ARN.matcher(roleArn).matches(),
              FIELD + "role_arn",
              "must be the ARN of an IAM role, for example arn:aws:iam::123456789012:role/BedrockRole")
          .check(
              externalId.isEmpty() || EXTERNAL_ID.matcher(externalId.get()).matches(),
              FIELD + "external_id",
              "must have 2 to 1224 letters, digits or any of _+=,.@:/-")
          .check(
              sessionName.isEmpty() || SESSION_NAME.matcher(sessionName.get()).matches(),
              FIELD + "session_name",
              "must have 2 to 64 letters, digits or any of _+=,.@-")
          .throwIfAny();
    }
  }

  /** Every secret that this credential refers to, with the field that names it. */
  default Stream<ProviderConfig.SecretUse> secretUses() {
    return switch (this) {
      case DefaultChain _, AssumeRole _ -> Stream.empty();
      case StaticKeys(var id, var secret) ->
          Stream.of(
              new ProviderConfig.SecretUse(StaticKeys.ACCESS_KEY_ID_REF, id),
              new ProviderConfig.SecretUse(StaticKeys.SECRET_ACCESS_KEY_REF, secret));
    };
  }
}
