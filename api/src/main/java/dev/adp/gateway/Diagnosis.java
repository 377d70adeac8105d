package dev.adp.gateway;

import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.Failure;
import dev.adp.domain.ProviderConfig;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Finds out why a check failed, and what to do about it.
 *
 * @param model as the check names it
 */
record Diagnosis(ProviderConfig config, String model) {

  /** What is wrong with an answer; empty when it proves that the model has worked. */
  Optional<Finding> of(ProbeCall.Answer answer, UpstreamError error) {
    int status = answer.status();
    if (error.says("max_tokens or model output limit was reached")) {
      return Optional.empty(); // It reasoned for all that it was allowed: it works.
    }
    if (status >= 200 && status < 300) {
      boolean fine = error.json().isPresent() && error.json().get().getValue("error") == null;
      return fine ? Optional.empty() : Optional.of(unexpected());
    }
    if (status >= 300 && status < 400) {
      return Optional.of(
          new Finding(
              Cause.REDIRECTED,
              "The upstream answers with a redirect, and redirects are never followed. Set the base"
                  + " URL to the address where it leads."));
    }
    return Optional.of(
        config instanceof ProviderConfig.Bedrock bedrock
            ? new BedrockDiagnosis(bedrock, model)
                .of(status, error)
                .orElseGet(() -> ofStatus(status, error))
            : ofStatus(status, error));
  }

  private Finding unexpected() {
    return new Finding(
        Cause.UNEXPECTED_ANSWER,
        "Something answered, but not as %s does. Check that the base URL %s leads to the API itself and not to a web page or a proxy."
            .formatted(config.typeName(), config.upstream()));
  }

  private Finding ofStatus(int status, UpstreamError error) {
    if (isQuota(status, error)) {
      return new Finding(
          Cause.QUOTA_EXCEEDED,
          "The credential works, but its account has used up its quota or credit. Check plan and"
              + " billing with the provider.");
    }
    return switch (status) {
      case 400, 422 -> rejected(status, error);
      case 401 -> CredentialAdvice.rejected(config);
      case 403 ->
          error.says("api key not valid", "invalid api key", "api_key_invalid")
              ? CredentialAdvice.rejected(config)
              : CredentialAdvice.denied(config, model);
      case 404, 405 -> notFound(status, error);
      case 408, 504 -> timedOut();
      case 429 ->
          new Finding(
              Cause.RATE_LIMITED,
              "The credential works, but the upstream takes no more calls at the moment. Try again"
                  + " later, or ask the provider for a higher limit.");
      default -> status >= 500 ? broken(status) : otherwise(status);
    };
  }

  private static boolean isQuota(int status, UpstreamError error) {
    return status == 402
        || (status == 429
            && error.says("insufficient_quota", "exceeded your current quota", "billing"))
        || (status < 500 && error.says("credit balance is too low"));
  }

  private Finding rejected(int status, UpstreamError error) {
    if (error.says("api key not valid", "api_key_invalid", "api key expired")) {
      return CredentialAdvice.rejected(config); // Gemini says so with 400.
    }
    if (isAboutModel(error)) {
      return noModel();
    }
    return otherwise(status);
  }

  private Finding notFound(int status, UpstreamError error) {
    if (error.says("not a chat model", "only supported in v1/", "does not support chat")) {
      return new Finding(
          Cause.MODEL_NOT_CHECKABLE,
          "The credential works and the model is there, but a check cannot call this kind of model."
              + " Check one that chats or embeds.");
    }
    return status == 404 && isAboutModel(error) ? noModel() : noPath();
  }

  private static boolean isAboutModel(UpstreamError error) {
    return error.says(
            "model_not_found",
            "deploymentnotfound",
            "model:",
            "models/",
            "model not found",
            "no such model",
            "invalid model",
            "unknown model",
            "deployment")
        || (error.says("model") && error.says("not found", "does not exist", "not exist"));
  }

  private Finding noModel() {
    String how =
        switch (config) {
          case ProviderConfig.OpenAi _ ->
              "Check the spelling of \"%s\" and that the project of the key may use it. On Azure it"
                  + " must be the name of a deployment.";
          case ProviderConfig.Anthropic _, ProviderConfig.Google _, ProviderConfig.Bedrock _ ->
              "Check the spelling of \"%s\" and that the account may use it.";
          case ProviderConfig.OpenAiCompatible _ ->
              "Enter \"%s\" exactly as the server lists its models at /v1/models, and check that it"
                  + " is loaded there.";
        };
    return new Finding(
        Cause.MODEL_NOT_FOUND, "The upstream has no such model. " + how.formatted(model));
  }

  private Finding noPath() {
    String base = config.upstream().toString();
    String how = "Check the base URL %s.".formatted(base);
    if (base.matches(".*/(chat/completions|messages|responses|embeddings)")
        || base.contains(":generateContent")) {
      how = "The base URL %s is that of one call: leave its last part out.".formatted(base);
    } else if (base.matches(".*(/v[0-9][a-z0-9]*)/.*\\1")) {
      how = "The base URL %s has its version twice: leave one out.".formatted(base);
    } else if (wantsVersion() && !base.matches(".*/v[0-9][a-z0-9]*")) {
      how =
          "The base URL %s lacks the version that most such servers want: try %s/v1."
              .formatted(base, base);
    }
    return new Finding(Cause.PATH_NOT_FOUND, "The upstream has no such API at this path. " + how);
  }

  private boolean wantsVersion() {
    return config instanceof ProviderConfig.OpenAi
        || config instanceof ProviderConfig.OpenAiCompatible;
  }

  private static Finding broken(int status) {
    return new Finding(
        Cause.UPSTREAM_ERROR,
        "The upstream failed with status %d. Try again later; if it lasts, see the status page or the log of the upstream."
            .formatted(status));
  }

  private static Finding otherwise(int status) {
    return new Finding(
        Cause.REQUEST_REJECTED,
        "The upstream refused the call with status %d for the reason that it gives in its message."
            .formatted(status));
  }

  private static Finding timedOut() {
    return new Finding(
        Cause.TIMED_OUT,
        "The upstream did not answer within %d seconds. Check that a firewall lets the gateway through, and that the model is loaded."
            .formatted(ProbeCall.MS_MAX / 1_000));
  }

  /** Why no call was made. */
  Finding ofRefusal(Refusal refusal) {
    return switch (refusal.code()) {
      case "secret_not_found" ->
          new Finding(
              Cause.SECRET_NOT_FOUND,
              "%s. Check that the secret is in the secret store and spelt the same in the provider's configuration."
                  .formatted(sentence(refusal.message())));
      case "secret_unusable" ->
          new Finding(Cause.SECRET_UNUSABLE, sentence(refusal.message()) + ". Store it again.");
      case "authorization_missing" ->
          new Finding(
              Cause.CLIENT_AUTHORIZATION_MISSING,
              "This provider passes each client's own Authorization on to Anthropic. Give yours as"
                  + " client_authorization: it is used once and not stored.");
      case "permission_denied", "guardrail_required" ->
          new Finding(Cause.GUARDRAIL_UNUSABLE, sentence(refusal.message()) + ".");
      default -> new Finding(Cause.REQUEST_REJECTED, sentence(refusal.message()) + ".");
    };
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** Why there was no answer. */
  Finding ofFailure(Throwable failure) {
    String host = config.upstream().host();
    Throwable cause =
        Stream.iterate(failure, t -> t != null, Throwable::getCause)
            .limit(10)
            .filter(Diagnosis::isTelling)
            .findFirst()
            .orElse(failure);
    return switch (cause) {
      case Failure.Conflict refused when refused.text().contains("ADP_UPSTREAM_ALLOW") ->
          new Finding(
              Cause.ADDRESS_REFUSED,
              sentence(refused.text())
                  + ". An operator adds its host name or network to that setting.");
      case Failure.Conflict refused ->
          new Finding(Cause.ADDRESS_REFUSED, sentence(refused.text()) + ".");
      case AwsKeysUnavailable missing ->
          new Finding(
              Cause.AWS_CREDENTIALS_UNAVAILABLE,
              sentence(missing.text())
                  + ". Check the identity that the gateway runs with, and the trust policy and"
                  + " external id of the role if one is assumed.");
      case UnknownHostException _ ->
          new Finding(
              Cause.UNKNOWN_HOST,
              "The host \"%s\" has no address. Check %s and the name service of the gateway."
                  .formatted(host, whereTheHostIsFrom()));
      case SSLException _ ->
          new Finding(
              Cause.TLS_FAILED,
              "No trusted TLS connection to \"%s\". Check that the base URL says https only where TLS is spoken, and that the certificate is valid for this host, not expired and issued by an authority that the gateway trusts."
                  .formatted(host));
      case TimeoutException _ -> timedOut();
      case ConnectException e when String.valueOf(e.getMessage()).contains("timed out") ->
          timedOut();
      case ConnectException _ ->
          new Finding(
              Cause.CONNECTION_REFUSED,
              "Nobody listens at %s port %d. Check host and port of the base URL, and that the server runs. From a container, localhost is the container itself."
                  .formatted(host, config.upstream().port()));
      case ProbeCall.TooLong _ -> unexpected();
      default ->
          new Finding(
              Cause.CONNECTION_FAILED,
              "The connection to \"%s\" broke before there was an answer. Check that the base URL says http or https as the server speaks it, and what stands between."
                  .formatted(host));
    };
  }

  /** Nobody looks for a base URL that he has not given. */
  private String whereTheHostIsFrom() {
    return config instanceof ProviderConfig.Bedrock(var region, var baseUrl, _, _)
            && baseUrl.isEmpty()
        ? "the region %s".formatted(region)
        : "the base URL";
  }

  private static boolean isTelling(Throwable cause) {
    return cause instanceof Failure
        || cause instanceof AwsKeysUnavailable
        || cause instanceof UnknownHostException
        || cause instanceof SSLException
        || cause instanceof TimeoutException
        || cause instanceof ConnectException
        || cause instanceof ProbeCall.TooLong;
  }
}
