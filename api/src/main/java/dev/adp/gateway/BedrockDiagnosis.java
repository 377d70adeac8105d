package dev.adp.gateway;

import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.ProviderConfig;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The errors of AWS Bedrock that have a meaning of their own.
 *
 * @param model as the check names it
 */
record BedrockDiagnosis(ProviderConfig.Bedrock config, String model) {
  private static final Pattern PROFILE =
      Pattern.compile("(us|eu|apac|au|jp|global|us-gov)\\.[a-z0-9-]+\\..+");

  Optional<Finding> of(int status, UpstreamError error) {
    if (error.says("on-demand throughput isn")) {
      return Optional.of(profileRequired());
    }
    if (error.says(
        "unrecognizedclient",
        "invalidsignature",
        "signature we calculated",
        "expiredtoken",
        "security token included in the request",
        "invalidclienttokenid",
        "missingauthenticationtoken",
        "incompletesignature")) {
      return Optional.of(CredentialAdvice.rejected(config));
    }
    if (status == 403 || error.says("accessdenied")) {
      return Optional.of(new Finding(Cause.ACCESS_DENIED, iam(region(), model)));
    }
    boolean unknown =
        error.says("model identifier is invalid", "doesn't support", "not supported in")
            || error.says("region");
    if (status == 400 && unknown) {
      return Optional.of(notInRegion());
    }
    if (status == 404 && !error.says("unknownoperation")) {
      return Optional.of(
          new Finding(
              Cause.MODEL_NOT_FOUND,
              "Bedrock does not serve \"%s\" in %s, or no longer. Check the spelling, and that access to the model is granted in this region of the account."
                  .formatted(model, region())));
    }
    return Optional.empty();
  }

  private String region() {
    return config.region().value();
  }

  private Finding profileRequired() {
    String bare = PROFILE.matcher(model).matches() ? model.replaceFirst("^[a-z-]+\\.", "") : model;
    return new Finding(
        Cause.INFERENCE_PROFILE_REQUIRED,
        "Bedrock serves this model through inference profiles only. Use \"%s%s\" instead of \"%s\", or \"global.%s\" where the geography does not matter."
            .formatted(geography(region()), bare, model, bare));
  }

  /** The prefix of the profiles that can be called from a region. */
  static String geography(String region) {
    return switch (region) {
      case "ap-northeast-1", "ap-northeast-3" -> "jp.";
      case "ap-southeast-2", "ap-southeast-4" -> "au.";
      default -> {
        if (region.startsWith("us-gov-")) {
          yield "us-gov.";
        }
        if (region.startsWith("us-") || region.startsWith("ca-")) {
          yield "us.";
        }
        if (region.startsWith("eu-")) {
          yield "eu.";
        }
        yield region.startsWith("ap-") ? "apac." : "global.";
      }
    };
  }

  private Finding notInRegion() {
    String profile =
        PROFILE.matcher(model).matches()
            ? " The prefix of an inference profile must fit the region: from here that is \"%s\" or \"global.\"."
                .formatted(geography(region()))
            : "";
    return new Finding(
        Cause.MODEL_NOT_IN_REGION,
        "Bedrock does not know \"%s\" in %s. Check the spelling, and that the region of the provider is the one where your models are enabled: which models there are differs by region.%s"
            .formatted(model, region(), profile));
  }

  /** What somebody who is denied must be allowed. */
  static String iam(String region, String model) {
    String bare = PROFILE.matcher(model).matches() ? model.replaceFirst("^[a-z-]+\\.", "") : model;
    String resources =
        model.startsWith("arn:")
            ? model + " and on the foundation models behind it"
            : "arn:aws:bedrock:*::foundation-model/%s and arn:aws:bedrock:%s:*:inference-profile/%s"
                .formatted(bare, region, model);
    return "AWS knows the credential, but it may not call the model. Check that %s is the region where the model is enabled, and that the IAM principal is allowed bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream on %s. A profile also needs the foundation model in every region that it routes to."
        .formatted(region, resources);
  }
}
