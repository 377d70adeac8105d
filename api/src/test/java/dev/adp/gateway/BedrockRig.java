package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static dev.adp.store.Actors.WRITER;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A gateway whose provider "aws" is one of Bedrock before the rig's upstream. */
final class BedrockRig implements AutoCloseable {
  static final String ACCESS_KEY_ID = "AKIAPROVIDER";
  static final String SECRET_ACCESS_KEY = "provider-secret/+key";
  private static final ResourceId AWS = new ResourceId("aws");

  private final StoreExtension store;
  private final GatewayRig gateway;

  BedrockRig(StoreExtension store) {
    this(store, new AwsIdentities(store.vertx(), store.clock(), Optional.empty()));
  }

  BedrockRig(StoreExtension store, AwsIdentities identities) {
    this.store = store;
    gateway = new GatewayRig(store, Limits.usual(), identities);
    store.secrets().create(ADMIN, secret("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID), Map.of());
    store.secrets().create(ADMIN, secret("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY), Map.of());
    gateway.provider(
        draft("aws", keys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), Optional.empty()));
  }

  GatewayRig gateway() {
    return gateway;
  }

  static NewSecret secret(String name, String value) {
    return NewSecret.ofText(new SecretRef(name), value);
  }

  private static AwsCredential keys(String id, String secret) {
    return new AwsCredential.StaticKeys(new SecretRef(id), new SecretRef(secret));
  }

  private Draft draft(String name, AwsCredential credential, Optional<ResourceId> guardrail) {
    return Drafts.draft(
        name,
        new ProviderConfig.Bedrock(
            new AwsRegion("us-east-1"),
            Optional.of(
                BaseUrl.of(
                    "bedrock_config.base_url", "http://127.0.0.1:" + gateway.upstreamPort())),
            credential,
            guardrail));
  }

  /** Another provider of these secrets, which must exist. */
  void provider(String name, String id, String secret) {
    gateway.provider(draft(name, keys(id, secret), Optional.empty()));
  }

  /** From now on the provider assumes a role. */
  void assume(AwsCredential.AssumeRole role) {
    change(draft -> draft.withConfig(draft("aws", role, Optional.empty()).config()));
  }

  /** From now on every call must pass this guardrail. */
  void guard(ResourceId guardrail) {
    change(
        draft ->
            draft.withConfig(
                draft(
                        "aws",
                        keys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
                        Optional.of(guardrail))
                    .config()));
  }

  void allow(String... models) {
    change(draft -> draft.withModels(Drafts.models(models)));
  }

  private void change(UnaryOperator<Draft> change) {
    var _ = store.providers().update(WRITER, AWS, _ -> true, change, List.of());
  }

  void answersFrames(Buffer frames) {
    gateway.answers(
        request ->
            request
                .response()
                .setChunked(true)
                .putHeader("content-type", "application/vnd.amazon.eventstream")
                .end(frames));
  }

  HttpRequest.Builder call(String path) {
    return call(path, "aws");
  }

  private HttpRequest.Builder call(String path, String provider) {
    return HttpRequest.newBuilder(gateway.uri("/llm/v1/providers/" + provider + path))
        .setHeader("authorization", "Bearer " + gateway.token())
        .setHeader("content-type", "application/json");
  }

  static HttpRequest.Builder with(HttpRequest.Builder call, String body) {
    return call.POST(BodyPublishers.ofString(body));
  }

  HttpResponse<String> send(HttpRequest.Builder call) throws IOException, InterruptedException {
    return gateway.send(call.build());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return send(with(call(path), body));
  }

  HttpResponse<String> post(String path, String body, String provider)
      throws IOException, InterruptedException {
    return send(with(call(path, provider), body));
  }

  /** What a call of an empty object is answered with. */
  HttpResponse<byte[]> bytes(String path) throws IOException, InterruptedException {
    return gateway.client().send(with(call(path), "{}").build(), BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    gateway.close();
  }
}
