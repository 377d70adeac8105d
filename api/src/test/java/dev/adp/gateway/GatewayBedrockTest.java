package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Tokens;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.gateway.SigV4Verifier.Header;
import dev.adp.store.StoreExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of AWS Bedrock: signed anew, metered in its frames, answered in its words. */
@Timeout(60)
class GatewayBedrockTest {
  private static final String CONVERSED =
      "{\"output\":{},\"usage\":{\"inputTokens\":12,\"outputTokens\":3,\"totalTokens\":15}}";

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @SuppressWarnings("NullAway.Init")
  private BedrockRig rig;

  @BeforeEach
  void start() {
    rig = new BedrockRig(store);
    rig.gateway().answersJson(CONVERSED);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  /** Path of the client, and the one that arrives upstream. */
  @ParameterizedTest
  @CsvSource({
    "/model/amazon.nova-pro-v1:0/converse, /model/amazon.nova-pro-v1%3A0/converse",
    "/model/amazon.nova-pro-v1%3A0/invoke, /model/amazon.nova-pro-v1%3A0/invoke",
    "/model/a%252Fb/invoke, /model/a%252Fb/invoke",
    "/model/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.a.b/converse-stream, /model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.a.b/converse-stream",
    "/model/arn%3aaws%3abedrock%3aus-east-1%3a123456789012%3ainference-profile%2fus.a.b/invoke, /model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.a.b/invoke",
    "/chat/completions, /openai/v1/chat/completions",
    "/v1/chat/completions, /openai/v1/chat/completions",
    "/anthropic/v1/messages, /anthropic/v1/messages",
    "/async-invoke?b=x%20y&a=1&key=theirs, /async-invoke?a=1&b=x%20y",
  })
  void whatArrivesIsSignedAsItArrives(String path, String arriving) throws Exception {
    assertThat(rig.post(path, "{\"a\":\"h\u00e9\"}").statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.request().uri()).isEqualTo(arriving);
    assertThat(seen.header("authorization"))
        .contains("Credential=" + BedrockRig.ACCESS_KEY_ID + "/")
        .contains("/us-east-1/bedrock/aws4_request");
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  @Test
  void aLargeBodyAndACallWithoutOneAreSignedToo() throws Exception {
    String large = "{\"a\":\"" + "x".repeat(5_000_000) + "\"}";
    assertThat(rig.post("/model/m/invoke", large).statusCode()).isEqualTo(200);
    assertThat(fault(rig.gateway().seen(), BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
    assertThat(rig.send(rig.call("/async-invoke?maxResults=1").GET()).statusCode()).isEqualTo(200);
    assertThat(fault(rig.gateway().seen(), BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
    var octets = rig.call("/model/m/invoke").setHeader("content-type", "application/octet-stream");
    assertThat(rig.send(BedrockRig.with(octets, "\u0001\u0002")).statusCode()).isEqualTo(200);
    assertThat(fault(rig.gateway().seen(), BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  /** An SDK of AWS signs in any case; our token comes beside its signature. */
  @Test
  void theClientsOwnSignatureDoesNotArrive() throws Exception {
    var call =
        rig.call("/model/m/converse")
            .setHeader("authorization", "AWS4-HMAC-SHA256 Credential=THEIRS/x")
            .header("x-redpanda-cloud-token", rig.gateway().token())
            .header("x-amz-date", "20200101T000000Z")
            .header("x-amz-security-token", "THEIRS")
            .header("x-amz-content-sha256", "THEIRS")
            .header("amz-sdk-request", "attempt=1");
    assertThat(rig.send(BedrockRig.with(call, "{}")).statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.request().headers().toString())
        .doesNotContain("THEIRS")
        .doesNotContain(rig.gateway().token());
    assertThat(seen.header("amz-sdk-request")).isEqualTo("attempt=1");
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  @Test
  void converseIsRecordedUnderTheIdOfItsProfile() throws Exception {
    var _ =
        rig.post(
            "/model/arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Fus.amazon.nova-pro-v1:0/converse",
            "{}");
    UsageRecord record = rig.gateway().ledger().next();
    assertThat(record.model()).isEqualTo("us.amazon.nova-pro-v1:0");
    assertThat(record.tokens()).isEqualTo(new Tokens(12, 3, 0, 0, 0, 0, 0, 0));
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.cost().unpricedTokens()).isZero();
    assertThat(record.streamed()).isFalse();
  }

  @Test
  void aStreamPassesByteForByteAndItsLastFrameWaitsForTheRecord() throws Exception {
    Buffer stream =
        Buffer.buffer()
            .appendBuffer(EventStream.event("messageStart", "{\"role\":\"assistant\"}"))
            .appendBuffer(EventStream.event("messageStop", "{\"stopReason\":\"end_turn\"}"))
            .appendBuffer(
                EventStream.event(
                    "metadata", "{\"usage\":{\"inputTokens\":12,\"outputTokens\":3}}"));
    rig.answersFrames(stream);
    HttpResponse<byte[]> answer = rig.bytes("/model/amazon.nova-pro-v1:0/converse-stream");
    assertThat(answer.body()).isEqualTo(stream.getBytes());
    assertThat(answer.headers().firstValue("content-type"))
        .contains("application/vnd.amazon.eventstream");
    UsageRecord record = rig.gateway().ledger().next();
    assertThat(record.tokens()).isEqualTo(new Tokens(12, 3, 0, 0, 0, 0, 0, 0));
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.streamed()).isTrue();
  }

  @Test
  void anExceptionInAStreamMakesTheCallAFailedOneWithWhatWasReported() throws Exception {
    Buffer stream =
        Buffer.buffer()
            .appendBuffer(
                EventStream.chunk(
                    "{\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"model\":\"claude\",\"usage\":{\"input_tokens\":11,\"output_tokens\":1}}}"))
            .appendBuffer(EventStream.exception("throttlingException", "slow down"));
    rig.answersFrames(stream);
    HttpResponse<byte[]> answer = rig.bytes("/model/m/invoke-with-response-stream");
    assertThat(answer.body()).isEqualTo(stream.getBytes());
    UsageRecord record = rig.gateway().ledger().next();
    assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(record.usageState()).isEqualTo(UsageState.PARTIAL);
    assertThat(record.tokens()).isEqualTo(new Tokens(11, 1, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void aDamagedFrameReachesTheClientAndCountsForNothing() throws Exception {
    Buffer metadata =
        EventStream.event("metadata", "{\"usage\":{\"inputTokens\":12,\"outputTokens\":3}}");
    Buffer damaged = metadata.copy();
    damaged.setByte(damaged.length() - 1, (byte) (damaged.getByte(damaged.length() - 1) ^ 1));
    rig.answersFrames(damaged);
    HttpResponse<byte[]> answer = rig.bytes("/model/amazon.nova-pro-v1:0/converse-stream");
    assertThat(answer.body()).isEqualTo(damaged.getBytes());
    UsageRecord record = rig.gateway().ledger().next();
    assertThat(record.usageState()).isEqualTo(UsageState.MISSING);
    assertThat(record.tokens()).isEqualTo(Tokens.NONE);
  }

  @Test
  void theTraceOfTheClientGoesOnBeneathTheSignature() throws Exception {
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    var call =
        rig.call("/model/m/converse").header("traceparent", trace).header("tracestate", "a=1,b=2");
    assertThat(rig.send(BedrockRig.with(call, "{}")).statusCode()).isEqualTo(200);
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.header("traceparent")).isEqualTo(trace);
    assertThat(seen.header("tracestate")).isEqualTo("a=1,b=2");
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
  }

  @Test
  void headersCountWhereABodyOfInvokeModelSaysNothing() throws Exception {
    rig.gateway()
        .answers(
            request ->
                request
                    .response()
                    .putHeader("content-type", "application/json")
                    .putHeader("X-Amzn-Bedrock-Input-Token-Count", "7")
                    .putHeader("X-Amzn-Bedrock-Output-Token-Count", "5")
                    .end("{\"outputs\":[]}"));
    var _ = rig.post("/model/mistral.m/invoke", "{}");
    assertThat(rig.gateway().ledger().next().tokens())
        .isEqualTo(new Tokens(7, 5, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void theOpenAiSurfaceIsAskedForItsUsageAndSignedAfterTheEdit() throws Exception {
    String hello = "data: {\"model\":\"openai.gpt-oss-20b-1:0\",\"choices\":[{}]}\n\n";
    rig.gateway()
        .answersStream(
            hello
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}\n\n"
                + "data: [DONE]\n\n");
    HttpResponse<String> answer =
        rig.post("/chat/completions", "{\"model\":\"openai.gpt-oss-20b-1:0\",\"stream\":true}");
    assertThat(answer.body()).isEqualTo(hello + "data: [DONE]\n\n");
    GatewayRig.Seen seen = rig.gateway().seen();
    assertThat(seen.body().toString()).contains("\"include_usage\":true");
    assertThat(fault(seen, BedrockRig.SECRET_ACCESS_KEY)).isEmpty();
    assertThat(rig.gateway().ledger().next().tokens())
        .isEqualTo(new Tokens(12, 3, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void anErrorOfAwsPassesUntouched() throws Exception {
    rig.gateway()
        .answers(
            request ->
                request
                    .response()
                    .setStatusCode(429)
                    .putHeader("x-amzn-errortype", "ThrottlingException:http://internal/")
                    .putHeader("x-amzn-requestid", "r-1")
                    .putHeader("retry-after", "3")
                    .putHeader("content-type", "application/json")
                    .end("{\"message\":\"Too many requests\"}"));
    HttpResponse<String> answer = rig.post("/model/m/converse", "{}");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).isEqualTo("{\"message\":\"Too many requests\"}");
    assertThat(answer.headers().firstValue("x-amzn-errortype"))
        .contains("ThrottlingException:http://internal/");
    assertThat(answer.headers().firstValue("retry-after")).contains("3");
    assertThat(rig.gateway().ledger().next().outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/us.amazon.nova-pro-v1:0/converse",
        "/model/us.amazon.nova-pro-v1%3A0/invoke",
        "/model/us.amazon.nova-pro-v1%3a0/count-tokens",
        "/model/arn:aws:bedrock:us-east-1:123456789012:inference-profile%2Fus.amazon.nova-pro-v1:0/converse",
      })
  void aListedModelIsServedHoweverItsPathIsSpelled(String path) throws Exception {
    rig.allow("us.amazon.nova-pro-v1:0");
    assertThat(rig.post(path, "{}").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/amazon.nova-pro-v1:0/converse",
        "/model/us.amazon.nova-pro-v1%253A0/converse",
        "/model/us.amazon.nova-pro-v1:0%2F/converse",
        "/model/other/invoke/us.amazon.nova-pro-v1:0/invoke",
        "/model/arn:aws:bedrock:us-east-1:123456789012:provisioned-model%2Fus.amazon.nova-pro-v1:0/converse",
        "/model/arn:aws:bedrock:us-east-1:123456789012:prompt%2FABCDEFGHIJ/converse",
        "/model/us.amazon.nova-pro-v1:0/invoke-with-bidirectional-stream",
        "/async-invoke",
        "/chat/completions",
        "/anthropic/v1/messages",
        "/model/x/converse?model=us.amazon.nova-pro-v1:0",
      })
  void whatIsNotCertainlyAListedModelIsRefusedInTheWordsOfItsSurface(String path) throws Exception {
    rig.allow("us.amazon.nova-pro-v1:0");
    HttpResponse<String> answer = rig.post(path, "{\"model\":\"us.other\"}");
    assertThat(answer.statusCode()).isEqualTo(403);
    if (path.endsWith("/converse") || path.endsWith("/invoke")) {
      assertThat(answer.headers().firstValue("x-amzn-errortype")).contains("AccessDeniedException");
      assertThat(new JsonObject(answer.body()).getString("message")).contains("allows only");
    }
    assertThat(rig.gateway().seenCount()).isZero();
  }

  @Test
  void aMissingSecretIsNamed() throws Exception {
    store.secrets().create(ADMIN, BedrockRig.secret("MISSING_ID", "\u000b"), Map.of());
    rig.provider("keyless", "MISSING_ID", "AWS_SECRET_ACCESS_KEY");
    HttpResponse<String> answer = rig.post("/model/m/converse", "{}", "keyless");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(new JsonObject(answer.body()).getString("message"))
        .startsWith("secret \"MISSING_ID\" not found (request ")
        .contains(answer.headers().firstValue("x-request-id").orElseThrow());
    assertThat(answer.headers().firstValue("x-amzn-errortype")).contains("InternalServerException");
  }

  static String fault(GatewayRig.Seen seen, String secret) throws GeneralSecurityException {
    List<Header> headers =
        seen.request().headers().entries().stream()
            .map(header -> new Header(header.getKey(), header.getValue()))
            .toList();
    return SigV4Verifier.fault(
        seen.request().method().name(),
        seen.request().uri(),
        headers,
        seen.body().getBytes(),
        secret);
  }
}
