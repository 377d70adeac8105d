package dev.adp.gateway;

import dev.adp.domain.AwsCredential.AssumeRole;
import dev.adp.domain.AwsRegion;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.StsException;

/** Gets keys from AWS. Waits; never for event loops. */
final class AwsKeySource implements AutoCloseable {
  private static final String SESSION_NAME = "adp";
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
  private static final int REASON_CHARS_MAX = 500;

  /** The chain keeps its keys itself and renews them: asking again costs nothing. */
  private static final Duration ASKED_AGAIN_AFTER = Duration.ofMinutes(1);

  private final Optional<URI> sts;
  private final Clock clock;
  private @Nullable AwsCredentialsProvider identity;
  private @Nullable SdkHttpClient http;

  /**
   * @param sts where roles are assumed, instead of the STS of the provider's region
   * @param identity who the gateway is; empty = what the SDK's default chain finds
   */
  AwsKeySource(Optional<URI> sts, Clock clock, Optional<AwsCredentialsProvider> identity) {
    this.sts = sts;
    this.clock = clock;
    this.identity = identity.orElse(null);
  }

  /**
   * What the gateway itself has.
   *
   * @throws AwsKeysUnavailable when it has nothing
   */
  AwsLoan defaultChain() {
    AwsCredentials found = identity();
    Instant again = clock.instant().plus(ASKED_AGAIN_AFTER);
    return new AwsLoan(
        new AwsKeys(
            found.accessKeyId(),
            found.secretAccessKey(),
            found instanceof AwsSessionCredentials session
                ? Optional.of(session.sessionToken())
                : Optional.empty()),
        again,
        found.expirationTime().orElse(Instant.MAX));
  }

  private AwsCredentials identity() {
    try {
      return provider().resolveCredentials();
    } catch (SdkException _) {
      throw new AwsKeysUnavailable(
          "the gateway has no AWS credentials of its own: the SDK's default chain (environment,"
              + " shared configuration, EKS Pod Identity, IRSA, instance profile) finds none");
    }
  }

  /**
   * Keys of a role.
   *
   * @throws AwsKeysUnavailable when AWS does not lend them
   */
  AwsLoan assume(AssumeRole role, AwsRegion region) {
    AwsCredentials base = identity();
    try (StsClient client = client(base, region)) {
      Credentials lent =
          client
              .assumeRole(
                  request ->
                      request
                          .roleArn(role.roleArn())
                          .externalId(role.externalId().orElse(null))
                          .roleSessionName(role.sessionName().orElse(SESSION_NAME)))
              .credentials();
      return AwsLoan.until(
          new AwsKeys(lent.accessKeyId(), lent.secretAccessKey(), Optional.of(lent.sessionToken())),
          clock.instant(),
          lent.expiration());
    } catch (StsException refused) {
      throw new AwsKeysUnavailable(
          "cannot assume role %s: %s".formatted(role.roleArn(), reason(refused)));
    } catch (SdkException _) {
      throw new AwsKeysUnavailable(
          "cannot assume role %s: AWS STS of %s cannot be reached"
              .formatted(role.roleArn(), region));
    }
  }

  private StsClient client(AwsCredentials base, AwsRegion region) {
    var builder =
        StsClient.builder()
            .httpClient(http())
            .region(Region.of(region.value()))
            .credentialsProvider(StaticCredentialsProvider.create(base))
            .overrideConfiguration(
                configuration ->
                    configuration.apiCallTimeout(CALL_MAX).apiCallAttemptTimeout(CALL_MAX));
    sts.ifPresent(builder::endpointOverride);
    return builder.build();
  }

  /** As AWS gives it; it names roles and principals, no keys. */
  private static String reason(StsException refused) {
    AwsErrorDetails details = refused.awsErrorDetails();
    if (details == null || details.errorCode() == null) {
      return "AWS STS answers with status " + refused.statusCode();
    }
    String reason =
        "%s: %s".formatted(details.errorCode(), details.errorMessage()).replaceAll("\\s+", " ");
    return reason.length() > REASON_CHARS_MAX ? reason.substring(0, REASON_CHARS_MAX) : reason;
  }

  /** Made when it is wanted first: a gateway without Bedrock loads nothing of the SDK. */
  private synchronized AwsCredentialsProvider provider() {
    if (identity == null) {
      identity = DefaultCredentialsProvider.builder().build();
    }
    return identity;
  }

  private synchronized SdkHttpClient http() {
    if (http == null) {
      http =
          UrlConnectionHttpClient.builder()
              .connectionTimeout(CONNECT_MAX)
              .socketTimeout(CALL_MAX)
              .build();
    }
    return http;
  }

  @Override
  public synchronized void close() {
    if (identity instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("AWS credentials cannot be closed", e);
      }
    }
    if (http != null) {
      http.close();
    }
  }
}
