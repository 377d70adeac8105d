package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsCredential.StaticKeys;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Saved;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import dev.adp.domain.UpstreamCheck;
import dev.adp.store.ConnectionChecks;
import dev.adp.store.Drafts;
import dev.adp.store.ModelCatalog;
import dev.adp.store.ProviderSnapshot;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Checks of connections before an upstream on a free port, with a real store behind them. */
final class CheckRig implements AutoCloseable {
  static final String KEY = "sk-upstream-secret-1234567890";
  static final SecretRef KEY_NAME = new SecretRef("UPSTREAM_KEY");

  private final StoreExtension store;
  private final AwsIdentities aws;
  private final HttpServer upstream;
  private final RecordingLedger ledger = new RecordingLedger();
  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private volatile Consumer<HttpServerRequest> answer = request -> request.response().end();

  /** What the upstream got. */
  record Seen(HttpServerRequest request, Buffer body) {
    String header(String name) {
      return String.valueOf(request.getHeader(name));
    }
  }

  CheckRig(StoreExtension store) {
    this(store, new AwsIdentities(store.vertx(), store.clock(), Optional.empty()));
  }

  CheckRig(StoreExtension store, AwsIdentities aws) {
    this.store = store;
    this.aws = aws;
    upstream =
        store
            .vertx()
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              seen.add(new Seen(request, body));
                              answer.accept(request);
                            }))
            .listen(0, "127.0.0.1")
            .await();
    store.secrets().create(ADMIN, NewSecret.ofText(KEY_NAME, KEY), Map.of());
  }

  String url() {
    return "http://127.0.0.1:" + upstream.actualPort();
  }

  RecordingLedger ledger() {
    return ledger;
  }

  /** What the upstream has got so far. */
  List<Seen> seen() {
    return List.copyOf(seen);
  }

  Seen onlySeen() {
    if (seen.size() != 1) {
      throw new AssertionError("the upstream has got %d calls".formatted(seen.size()));
    }
    return seen.element();
  }

  void answers(int status, String type, String body) {
    answer =
        request ->
            request
                .response()
                .setStatusCode(status)
                .putHeader("content-type", type)
                .putHeader("location", url() + "/elsewhere")
                .end(body);
  }

  void answers(int status, String json) {
    answers(status, "application/json", json);
  }

  void answersBy(Consumer<HttpServerRequest> handler) {
    answer = handler;
  }

  ConnectionTests tests(UpstreamCheck addresses) {
    ProviderSnapshot snapshot = store.snapshot(ModelCatalog.shipped());
    var checks = new ConnectionChecks(store.database(), store.providers(), snapshot, store.clock());
    return new ConnectionTests(
        store.vertx(),
        new GatewaySettings("127.0.0.1", 0, Optional.empty(), addresses, GatewayLimits.DEFAULT),
        aws,
        CallReports.unread(snapshot),
        checks,
        ledger,
        store.clock(),
        UUID::randomUUID);
  }

  /** Saves a provider and checks it. */
  ConnectionResult check(ProviderConfig config, String model) {
    return check(config, model, Optional.empty());
  }

  ConnectionResult check(ProviderConfig config, String model, Optional<String> authorization) {
    Draft draft = Drafts.draft("checked", config).withEnabled(false);
    var _ = store.providers().create(ADMIN, draft, List.of());
    return check(
        Upstreams.LOCAL, new ConnectionCheck(new Saved(draft.name()), model, authorization));
  }

  ConnectionResult check(UpstreamCheck addresses, ConnectionCheck check) {
    return check(tests(addresses), check);
  }

  ConnectionResult check(ConnectionTests tests, ConnectionCheck check) {
    try {
      store.execute("delete from connection_check_pace");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return tests.run(ADMIN, check);
  }

  ProviderConfig openAi() {
    return openAi(url() + "/v1");
  }

  static ProviderConfig openAi(String url) {
    return new ProviderConfig.OpenAi(Optional.of(base(url)), KEY_NAME);
  }

  ProviderConfig anthropic() {
    return new ProviderConfig.Anthropic(Optional.of(base(url())), Optional.of(KEY_NAME));
  }

  ProviderConfig passthrough() {
    return new ProviderConfig.Anthropic(Optional.of(base(url())), Optional.empty());
  }

  ProviderConfig google() {
    return new ProviderConfig.Google(Optional.of(base(url())), KEY_NAME);
  }

  ProviderConfig compatible() {
    return new ProviderConfig.OpenAiCompatible(base(url() + "/v1"), Optional.of(KEY_NAME), true);
  }

  ProviderConfig bedrock() {
    return bedrock(new StaticKeys(KEY_NAME, KEY_NAME), Optional.empty());
  }

  ProviderConfig bedrock(AwsCredential credential, Optional<ResourceId> guardrail) {
    return new ProviderConfig.Bedrock(
        new AwsRegion("us-east-1"), Optional.of(base(url())), credential, guardrail);
  }

  private static BaseUrl base(String url) {
    return BaseUrl.of("base_url", url);
  }

  @Override
  public void close() {
    aws.close();
    upstream.close().await();
  }
}
