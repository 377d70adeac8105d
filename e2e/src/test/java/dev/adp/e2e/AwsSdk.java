package dev.adp.e2e;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.token.credentials.SdkToken;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;

/** Amazon's client, but for repeats; the gateway's token is its bearer token. */
final class AwsSdk {
  /** A token alone is not taken: the client looks for keys to sign with first. */
  private static final BedrockRuntimeAuthSchemeProvider BEARER =
      BedrockRuntimeAuthSchemeProvider.defaultProvider(List.of("httpBearerAuth"));

  private AwsSdk() {}

  private record GatewayToken(String token) implements SdkToken {
    @Override
    public Optional<Instant> expirationTime() {
      return Optional.empty();
    }
  }

  /** For a client with a credential of its own. */
  static BedrockRuntimeClientBuilder builder(String url) {
    return BedrockRuntimeClient.builder()
        .endpointOverride(URI.create(url))
        .region(Region.US_EAST_1)
        .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()));
  }

  static BedrockRuntimeClient client(String url, String token) {
    return builder(url)
        .tokenProvider(StaticTokenProvider.create(new GatewayToken(token)))
        .authSchemeProvider(BEARER)
        .build();
  }

  /** The client that streams, with the transport that it brings: it speaks HTTP/2. */
  static BedrockRuntimeAsyncClient asyncClient(String url, String token) {
    return BedrockRuntimeAsyncClient.builder()
        .endpointOverride(URI.create(url))
        .region(Region.US_EAST_1)
        .overrideConfiguration(config -> config.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .tokenProvider(StaticTokenProvider.create(new GatewayToken(token)))
        .authSchemeProvider(BEARER)
        .build();
  }
}
