package dev.adp.domain;

import java.util.Optional;

/**
 * How a check of a connection ended.
 *
 * @param latencyMs from the first step to the end of the answer
 * @param status of the upstream's answer; empty when there was none
 * @param upstreamMessage what the upstream itself said of an error: at most {@value
 *     #MESSAGE_CHARS_MAX} characters, without control characters and without the credential
 * @param cause why it failed; empty when it did not
 * @param advice what to do about it, in whole sentences; empty when there is nothing to do
 */
public record ConnectionResult(
    long latencyMs,
    Optional<Integer> status,
    String upstreamMessage,
    Optional<Cause> cause,
    String advice) {
  public static final int MESSAGE_CHARS_MAX = 1_000;

  public boolean ok() {
    return cause.isEmpty();
  }

  /** Why a check failed. Names are stable: programs tell failures apart by them. */
  public enum Cause {
    /** The secret that the configuration names cannot be read. */
    SECRET_NOT_FOUND,
    /** The secret holds what no header can carry. */
    SECRET_UNUSABLE,
    /** The guardrail of the provider takes no calls. */
    GUARDRAIL_UNUSABLE,
    /** The upstream is given the caller's own Authorization, and there was none. */
    CLIENT_AUTHORIZATION_MISSING,
    /** The gateway found no credentials of AWS, or could not assume the role. */
    AWS_CREDENTIALS_UNAVAILABLE,
    /** The upstream does not know the credential. */
    CREDENTIAL_REJECTED,
    /** The upstream knows the credential and does not allow the call. */
    ACCESS_DENIED,
    /** AWS Bedrock serves the model through inference profiles only. */
    INFERENCE_PROFILE_REQUIRED,
    /** AWS Bedrock does not know the model in this region. */
    MODEL_NOT_IN_REGION,
    /** The upstream has no such model or deployment. */
    MODEL_NOT_FOUND,
    /** The model is there, but is of a kind that a check cannot call. */
    MODEL_NOT_CHECKABLE,
    /** There is no such API below the base URL. */
    PATH_NOT_FOUND,
    /** The upstream did not take the call for another reason. */
    REQUEST_REJECTED,
    /** Too many calls at the moment. */
    RATE_LIMITED,
    /** The account has used up what it may use, or owes money. */
    QUOTA_EXCEEDED,
    /** The upstream failed. */
    UPSTREAM_ERROR,
    /** The upstream answered with a redirect, which is never followed. */
    REDIRECTED,
    /** The answer is not one of such an API. */
    UNEXPECTED_ANSWER,
    /** The address of the upstream must not be connected to. */
    ADDRESS_REFUSED,
    /** The host name has no address. */
    UNKNOWN_HOST,
    /** Nobody listens at the address. */
    CONNECTION_REFUSED,
    /** The connection could not be made, or broke before there was an answer. */
    CONNECTION_FAILED,
    /** No TLS, or a certificate that is not trusted. */
    TLS_FAILED,
    /** No answer in time. */
    TIMED_OUT,
    /** The gateway itself takes no calls at the moment. */
    GATEWAY_BUSY
  }
}
