package dev.adp.gateway;

import static dev.adp.store.Drafts.OPENAI_API_KEY;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider.Draft;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import dev.adp.domain.UpstreamCheck;
import dev.adp.domain.UsageRecord;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A gateway whose providers, one for each way in which the corpus is answered, all lead to one
 * upstream that answers from the corpus.
 */
final class GoldenRig implements AutoCloseable {
  private static final List<String> PROVIDERS =
      List.of(
          "openai", "azure", "compatible", "plain", "deepseek", "anthropic", "google", "bedrock");

  private static final String AZURE_HOST = "golden.openai.azure.com";

  /** Names are not looked up: all of them are this machine. */
  private static final UpstreamCheck HERE =
      new UpstreamCheck(
          AddressPolicy.of(List.of("127.0.0.0/8"), Set.of()),
          _ -> List.of(InetAddress.ofLiteral("127.0.0.1")));

  private final GatewayRig rig;

  GoldenRig(StoreExtension store) {
    rig = new GatewayRig(store, HERE);
    for (String name : PROVIDERS) {
      rig.provider(
          new Draft(
              new ResourceId(name),
              name,
              "",
              true,
              config(name, rig.upstreamPort()),
              name.equals("deepseek") ? deepSeekModels() : List.of(),
              Transcripts.OFF));
    }
  }

  /** A provider of the corpus before an upstream on this machine. */
  static ProviderConfig config(String provider, int port) {
    String here = "http://127.0.0.1:" + port;
    return switch (provider) {
      case "openai" -> openAi(here + "/v1");
      case "azure" -> openAi("http://%s:%d".formatted(AZURE_HOST, port));
      case "compatible", "deepseek" -> compatible(here, true);
      case "plain" -> compatible(here, false);
      case "anthropic" ->
          new ProviderConfig.Anthropic(
              Optional.of(BaseUrl.of("anthropic_config.base_url", here)),
              Optional.of(OPENAI_API_KEY));
      case "google" ->
          new ProviderConfig.Google(
              Optional.of(BaseUrl.of("google_config.base_url", here)), OPENAI_API_KEY);
      case "bedrock" ->
          new ProviderConfig.Bedrock(
              new AwsRegion("us-east-1"),
              Optional.of(BaseUrl.of("bedrock_config.base_url", here)),
              new AwsCredential.StaticKeys(OPENAI_API_KEY, OPENAI_API_KEY),
              Optional.empty());
      default -> throw new IllegalArgumentException("no provider of the corpus: " + provider);
    };
  }

  private static ProviderConfig openAi(String url) {
    return new ProviderConfig.OpenAi(
        Optional.of(BaseUrl.of("openai_config.base_url", url)), OPENAI_API_KEY);
  }

  private static ProviderConfig compatible(String here, boolean streamUsage) {
    return new ProviderConfig.OpenAiCompatible(
        BaseUrl.of("openai_compatible_config.base_url", here + "/v1"),
        Optional.empty(),
        streamUsage);
  }

  /** The rates of DeepSeek's price list, as an operator would enter them: USD 0.28, 0.42, 0.028. */
  private static List<ProviderModel> deepSeekModels() {
    var rates =
        new Rates(
            Optional.of(28_000_000L),
            Optional.of(42_000_000L),
            Optional.of(2_800_000L),
            Optional.empty(),
            Optional.empty());
    return List.of(
        new ProviderModel("deepseek-chat", rates), new ProviderModel("deepseek-reasoner", rates));
  }

  /** The upstream answers like this case, to its end. */
  void answers(GoldenCase golden) {
    rig.answers(request -> head(golden, request).end(golden.responseBody()));
  }

  /** The upstream sends only so much of its answer and breaks off. */
  void answersCut(GoldenCase golden, int bytes) {
    Buffer part = golden.responseBody().slice(0, bytes);
    rig.answers(
        request -> {
          HttpServerResponse response = head(golden, request);
          if (!golden.isStream()) {
            response.putHeader("content-length", String.valueOf(golden.responseBody().length()));
          }
          response.write(part).onComplete(_ -> request.connection().close());
        });
  }

  private static HttpServerResponse head(GoldenCase golden, HttpServerRequest request) {
    HttpServerResponse response = request.response().setStatusCode(golden.status());
    golden.responseHeaders().forEach(response::putHeader);
    return golden.isStream() ? response.setChunked(true) : response;
  }

  /** The case's request with a good token. */
  HttpRequest request(GoldenCase golden) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rig.uri("/llm/v1/providers/" + golden.provider() + golden.path()))
            .header("x-redpanda-cloud-token", rig.token())
            .method(
                golden.method(),
                golden.requestBody().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(golden.requestBody()));
    golden.requestHeaders().forEach(request::header);
    return request.build();
  }

  GatewayRig gateway() {
    return rig;
  }

  UsageRecord record() throws InterruptedException {
    return rig.ledger().next();
  }

  /** Forgets what calls have left that nobody asked about. */
  void forget() throws InterruptedException {
    while (rig.ledger().pending() > 0) {
      var _ = rig.ledger().next();
    }
    while (rig.seenCount() > 0) {
      var _ = rig.seen();
    }
  }

  @Override
  public void close() {
    rig.close();
  }
}
