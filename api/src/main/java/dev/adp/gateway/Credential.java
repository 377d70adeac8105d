package dev.adp.gateway;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import dev.adp.store.Invocation;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What proves to an upstream who calls; it replaces whatever the caller has proved himself with.
 */
sealed interface Credential {
  /** What a header can carry. */
  Pattern FITS_HEADER = Pattern.compile("[ -~]+");

  /** An API key in the header in which the upstream looks for it. */
  record Header(String name, String value) implements Credential {
    @Override
    public Future<Void> puts(RequestOptions call, Buffer body) {
      call.putHeader(name, value);
      return Future.succeededFuture();
    }

    @Override
    public String toString() {
      return "Header[" + name + ", ***]";
    }
  }

  /** The upstream asks for none. */
  record None() implements Credential {
    @Override
    public Future<Void> puts(RequestOptions call, Buffer body) {
      return Future.succeededFuture();
    }
  }

  /**
   * A signature of AWS over all of the call.
   *
   * @param keys what it is signed with, normally at hand
   */
  record Aws(AwsSigner signer, AwsRegion region, Supplier<Future<AwsKeys>> keys)
      implements Credential {
    @Override
    public Future<Void> puts(RequestOptions call, Buffer body) {
      return keys.get()
          .compose(
              lent ->
                  BodyHash.of(body)
                      .map(
                          hash -> {
                            signer.sign(call, hash, lent, region);
                            return null;
                          }));
    }

    @Override
    public boolean signsBody() {
      return true;
    }
  }

  /** Whether it needs all of a body, which must be held for it. */
  default boolean signsBody() {
    return false;
  }

  /**
   * Puts the credential on a call; last of all, since it may sign what is there.
   *
   * @param body all of it, empty when it is passed on as it comes
   */
  Future<Void> puts(RequestOptions call, Buffer body);

  /**
   * The credential of a provider for a call.
   *
   * @param client the caller's headers
   * @param aws where keys of AWS come from that are not in the secret store
   * @throws Refused when the provider's secret is missing, or the caller's own credential is
   */
  static Credential of(Invocation invocation, Target target, MultiMap client, AwsIdentities aws) {
    return switch (invocation.provider().config()) {
      case ProviderConfig.OpenAi(_, var key) -> ofOpenAi(invocation, key);
      case ProviderConfig.OpenAiCompatible(_, var key, _) ->
          key.map(name -> ofOpenAi(invocation, name)).orElseGet(None::new);
      case ProviderConfig.Anthropic(_, var key) ->
          key.map(
                  name ->
                      target.wire() == Wire.OPENAI
                          ? bearer(value(invocation, name))
                          : new Header("x-api-key", value(invocation, name)))
              .orElseGet(() -> passedThrough(client));
      case ProviderConfig.Google(_, var key) ->
          target.wire() == Wire.OPENAI
              ? bearer(value(invocation, key))
              : new Header("x-goog-api-key", value(invocation, key));
      case ProviderConfig.Bedrock(var region, _, var credential, _) ->
          new Aws(aws.signer(), region, keys(invocation, region, credential, aws));
    };
  }

  private static Supplier<Future<AwsKeys>> keys(
      Invocation invocation, AwsRegion region, AwsCredential credential, AwsIdentities aws) {
    return switch (credential) {
      case AwsCredential.StaticKeys(var id, var secret) -> {
        var keys = new AwsKeys(value(invocation, id), value(invocation, secret), Optional.empty());
        yield () -> Future.succeededFuture(keys);
      }
      case AwsCredential.AssumeRole role -> () -> aws.ofRole(role, region);
      case AwsCredential.DefaultChain _ -> aws::ofDefaultChain;
    };
  }

  private static Credential bearer(String key) {
    return new Header("authorization", "Bearer " + key);
  }

  /** Azure's hosts look for keys in a header of their own. */
  private static Credential ofOpenAi(Invocation invocation, SecretRef key) {
    String value = value(invocation, key);
    return OpenAiDialect.isAzure(invocation.provider().config().upstream())
        ? new Header("api-key", value)
        : bearer(value);
  }

  /**
   * The caller's own credential for the upstream. Ours must have come elsewhere: else it would
   * leave for the upstream.
   */
  private static Credential passedThrough(MultiMap client) {
    String token = client.get(ClientHeaders.GATEWAY_TOKEN);
    if (token == null) {
      throw new Refused(Refusal.tokenInTheWrongPlace());
    }
    String authorization = client.get("authorization");
    if (authorization == null || ClientHeaders.sameToken(authorization, token)) {
      throw new Refused(Refusal.authorizationMissing());
    }
    return new Header("authorization", authorization);
  }

  private static String value(Invocation invocation, SecretRef name) {
    // Files and shells end a line behind what was a key: that is not part of it.
    Optional<String> value =
        invocation.secret(name).map(String::strip).filter(text -> !text.isEmpty());
    if (value.isEmpty()) {
      throw new Refused(Refusal.secretNotFound(name.value()));
    }
    if (!FITS_HEADER.matcher(value.get()).matches()) {
      throw new Refused(Refusal.secretUnusable(name.value()));
    }
    return value.get();
  }
}
