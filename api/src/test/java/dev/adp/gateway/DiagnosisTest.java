package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.AwsCredential;
import dev.adp.domain.AwsRegion;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What upstreams say, and what people are told to do about it. */
class DiagnosisTest {
  private static final SecretRef KEY = new SecretRef("SOME_KEY");
  private static final String CLAUDE = "anthropic.claude-sonnet-4-6";
  private static final ProviderConfig OPENAI = new ProviderConfig.OpenAi(Optional.empty(), KEY);
  private static final ProviderConfig ANTHROPIC =
      new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY));
  private static final ProviderConfig GOOGLE = new ProviderConfig.Google(Optional.empty(), KEY);

  record Row(
      ProviderConfig config, String model, int status, String body, Cause cause, String advice) {}

  private static ProviderConfig bedrock(String region) {
    return new ProviderConfig.Bedrock(
        new AwsRegion(region),
        Optional.empty(),
        new AwsCredential.DefaultChain(),
        Optional.empty());
  }

  private static ProviderConfig compatible(String url) {
    return new ProviderConfig.OpenAiCompatible(BaseUrl.of("base_url", url), Optional.empty(), true);
  }

  private static Row row(
      ProviderConfig config, String model, int status, String body, Cause cause, String advice) {
    return new Row(config, model, status, body, cause, advice);
  }

  private static String error(String message) {
    return "{\"error\": {\"message\": \"%s\"}}".formatted(message);
  }

  static Stream<Row> answers() {
    return Stream.of(keys(), models(), aws(), others()).flatMap(rows -> rows);
  }

  private static Stream<Row> keys() {
    return Stream.of(
        row(OPENAI, "m", 401, error("Incorrect API key"), Cause.CREDENTIAL_REJECTED, "SOME_KEY"),
        row(OPENAI, "m", 403, error("no access"), Cause.ACCESS_DENIED, "may not call \"m\""),
        row(ANTHROPIC, "m", 401, error("invalid x-api-key"), Cause.CREDENTIAL_REJECTED, "Console"),
        row(
            new ProviderConfig.Anthropic(Optional.empty(), Optional.empty()),
            "m",
            401,
            error("invalid bearer token"),
            Cause.CREDENTIAL_REJECTED,
            "its own Authorization header"),
        row(
            ANTHROPIC,
            "m",
            400,
            error("Your credit balance is too low to access the API"),
            Cause.QUOTA_EXCEEDED,
            "billing"),
        row(
            GOOGLE,
            "m",
            400,
            error("API key not valid. Please pass a valid API key."),
            Cause.CREDENTIAL_REJECTED,
            "x-goog-api-key"),
        row(GOOGLE, "m", 401, error("no"), Cause.CREDENTIAL_REJECTED, "x-goog-api-key"),
        row(GOOGLE, "m", 403, error("no"), Cause.ACCESS_DENIED, "x-goog-api-key"),
        row(
            compatible("http://vllm/v1"),
            "m",
            401,
            "{\"error\": \"Unauthorized\"}",
            Cause.CREDENTIAL_REJECTED,
            "Set its API key reference"));
  }

  private static Stream<Row> models() {
    return Stream.of(
        row(
            OPENAI,
            "gpt-9",
            404,
            error("The model `gpt-9` does not exist or you do not have access to it."),
            Cause.MODEL_NOT_FOUND,
            "\"gpt-9\""),
        row(
            OPENAI,
            "dep",
            404,
            "{\"error\": {\"code\": \"DeploymentNotFound\", \"message\": \"no\"}}",
            Cause.MODEL_NOT_FOUND,
            "deployment"),
        row(OPENAI, "w", 404, error("This is not a chat model"), Cause.MODEL_NOT_CHECKABLE, "kind"),
        row(ANTHROPIC, "c", 404, error("model: c"), Cause.MODEL_NOT_FOUND, "spelling"),
        row(
            GOOGLE,
            "g",
            404,
            error("models/g is not found for API version v1beta"),
            Cause.MODEL_NOT_FOUND,
            "spelling"),
        row(
            compatible("http://ollama:11434/v1"),
            "q",
            404,
            "{\"error\": \"model \\\"q\\\" not found, try pulling it first\"}",
            Cause.MODEL_NOT_FOUND,
            "/v1/models"),
        row(
            compatible("http://vllm:8000"),
            "q",
            404,
            "{\"detail\": \"Not Found\"}",
            Cause.PATH_NOT_FOUND,
            "try http://vllm:8000/v1"),
        row(
            compatible("http://vllm:8000/v1/x/v1"),
            "q",
            404,
            "404 page not found",
            Cause.PATH_NOT_FOUND,
            "twice"),
        row(
            compatible("http://vllm:8000/v1/chat/completions"),
            "q",
            405,
            "",
            Cause.PATH_NOT_FOUND,
            "leave its last part out"));
  }

  private static Stream<Row> aws() {
    return Stream.of(
        row(
            bedrock("us-east-1"),
            CLAUDE,
            400,
            "{\"message\": \"Invocation of model ID %s with on-demand throughput isn\\u2019t supported.\"}"
                .formatted(CLAUDE),
            Cause.INFERENCE_PROFILE_REQUIRED,
            "\"us." + CLAUDE + "\""),
        row(
            bedrock("eu-west-1"),
            CLAUDE,
            400,
            "{\"message\": \"... with on-demand throughput isn't supported.\"}",
            Cause.INFERENCE_PROFILE_REQUIRED,
            "\"eu." + CLAUDE + "\""),
        row(
            bedrock("eu-west-1"),
            "eu." + CLAUDE,
            403,
            "{\"message\": \"User: x is not authorized to perform: bedrock:InvokeModel\"}",
            Cause.ACCESS_DENIED,
            "foundation-model/"
                + CLAUDE
                + " and arn:aws:bedrock:eu-west-1:*:inference-profile/eu."),
        row(
            bedrock("eu-west-1"),
            CLAUDE,
            403,
            "{\"message\": \"The security token included in the request is invalid.\"}",
            Cause.CREDENTIAL_REJECTED,
            "default credential chain"),
        row(
            bedrock("eu-west-1"),
            "us." + CLAUDE,
            400,
            "{\"message\": \"The provided model identifier is invalid.\"}",
            Cause.MODEL_NOT_IN_REGION,
            "\"eu.\""),
        row(bedrock("eu-west-1"), "x", 404, "{}", Cause.MODEL_NOT_FOUND, "eu-west-1"),
        row(bedrock("eu-west-1"), "x", 429, "{}", Cause.RATE_LIMITED, "later"));
  }

  private static Stream<Row> others() {
    return Stream.of(
        row(OPENAI, "m", 429, error("Rate limit reached"), Cause.RATE_LIMITED, "later"),
        row(
            OPENAI,
            "m",
            429,
            "{\"error\": {\"code\": \"insufficient_quota\", \"message\": \"no\"}}",
            Cause.QUOTA_EXCEEDED,
            "billing"),
        row(OPENAI, "m", 402, "", Cause.QUOTA_EXCEEDED, "billing"),
        row(OPENAI, "m", 503, "<html>down</html>", Cause.UPSTREAM_ERROR, "503"),
        row(ANTHROPIC, "m", 529, error("Overloaded"), Cause.UPSTREAM_ERROR, "529"),
        row(OPENAI, "m", 400, error("bad parameter"), Cause.REQUEST_REJECTED, "400"),
        row(OPENAI, "m", 302, "", Cause.REDIRECTED, "never followed"),
        row(OPENAI, "m", 200, error("inside"), Cause.UNEXPECTED_ANSWER, "base URL"),
        row(OPENAI, "m", 200, "", Cause.UNEXPECTED_ANSWER, "base URL"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void tellsCauseAndAdvice(Row row) {
    var answer =
        new ProbeCall.Answer(
            row.status(), MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(row.body()));
    Optional<Finding> finding =
        new Diagnosis(row.config(), row.model()).of(answer, UpstreamError.of(answer));
    assertThat(finding.map(Finding::cause)).contains(row.cause());
    assertThat(finding.map(Finding::advice).orElseThrow()).contains(row.advice()).endsWith(".");
  }

  @Test
  void anUnknownHostIsSoughtWhereItIsFrom() {
    var bedrockElsewhere =
        new ProviderConfig.Bedrock(
            new AwsRegion("us-east-1"),
            Optional.of(BaseUrl.of("base_url", "https://vpce.example.com")),
            new AwsCredential.DefaultChain(),
            Optional.empty());
    assertThat(unknownHost(bedrock("us-easy-1")))
        .contains("Check the region us-easy-1 and")
        .doesNotContain("base URL");
    assertThat(unknownHost(bedrockElsewhere))
        .contains("\"vpce.example.com\"", "Check the base URL and");
    assertThat(unknownHost(compatible("http://vllm/v1"))).contains("Check the base URL and");
  }

  private static String unknownHost(ProviderConfig config) {
    return new Diagnosis(config, "m").ofFailure(new UnknownHostException()).advice();
  }

  @Test
  void silenceIsATimeOut() {
    assertThat(new Diagnosis(OPENAI, "m").ofFailure(new TimeoutException()).cause())
        .isEqualTo(Cause.TIMED_OUT);
  }
}
