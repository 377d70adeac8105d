package dev.adp.gateway;

import static dev.adp.store.Actors.ADMIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.AddressPolicy;
import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionCheck.Saved;
import dev.adp.domain.ConnectionCheck.Unsaved;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Tokens;
import dev.adp.domain.UpstreamCheck;
import dev.adp.domain.UsageRecord;
import dev.adp.domain.UsageRecord.Outcome;
import dev.adp.domain.UsageRecord.UsageState;
import dev.adp.domain.Violation;
import dev.adp.store.Drafts;
import dev.adp.store.StoreExtension;
import dev.adp.store.Upstreams;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A check makes one small call, by the way of all calls, and tells what came of it. */
class ConnectionTestsTest {
  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  private static final String CHAT =
      """
      {"id": "c1", "model": "gpt-5.4-mini", "choices": [{"message": {"content": "Hi"}}],
       "usage": {"prompt_tokens": 8, "completion_tokens": 1}}
      """;

  private CheckRig rig;

  @BeforeEach
  void start() {
    rig = new CheckRig(store);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private static void assertOk(ConnectionResult result) {
    assertThat(result.ok()).as(result.toString()).isTrue();
    assertThat(result.status()).contains(200);
    assertThat(result.upstreamMessage()).isEmpty();
    assertThat(result.advice()).isEmpty();
    assertThat(result.latencyMs()).isNotNegative();
  }

  private static void assertFailed(ConnectionResult result, Cause cause, String advice) {
    assertThat(result.cause()).as(result.toString()).contains(cause);
    assertThat(result.advice()).contains(advice);
  }

  @Test
  void openAiChatsWithRoomToReason() {
    rig.answers(200, CHAT);
    assertOk(rig.check(rig.openAi(), "gpt-5.4-mini"));
    CheckRig.Seen seen = rig.onlySeen();
    assertThat(seen.request().method().name()).isEqualTo("POST");
    assertThat(seen.request().uri()).isEqualTo("/v1/chat/completions");
    assertThat(seen.header("authorization")).isEqualTo("Bearer " + CheckRig.KEY);
    assertThat(seen.body().toJsonObject().getInteger("max_completion_tokens")).isEqualTo(16);
    assertThat(seen.body().toJsonObject().getString("model")).isEqualTo("gpt-5.4-mini");
    assertThat(seen.request().headers().contains(ClientHeaders.GATEWAY_TOKEN)).isFalse();
  }

  @Test
  void aModelThatReasonedForAllItWasAllowedWorks() {
    rig.answers(
        400,
        """
        {"error": {"message": "Could not finish the message because max_tokens or model output limit was reached.",
         "type": "invalid_request_error"}}
        """);
    assertThat(rig.check(rig.openAi(), "o3").ok()).isTrue();
  }

  @Test
  void embeddingModelsEmbed() {
    rig.answers(200, "{\"data\": [], \"usage\": {\"prompt_tokens\": 1}}");
    assertOk(rig.check(rig.openAi(), "text-embedding-3-small"));
    assertThat(rig.onlySeen().request().uri()).isEqualTo("/v1/embeddings");
    assertThat(rig.onlySeen().body().toJsonObject().getString("input")).isNotEmpty();
  }

  @Test
  void modelsOfTheResponsesApiRespond() {
    rig.answers(200, "{\"output\": []}");
    assertOk(rig.check(rig.openAi(), "gpt-5.4-pro"));
    assertThat(rig.onlySeen().request().uri()).isEqualTo("/v1/responses");
    assertThat(rig.onlySeen().body().toJsonObject().getInteger("max_output_tokens")).isEqualTo(16);
  }

  @Test
  void compatibleServersChatForOneToken() {
    rig.answers(200, CHAT);
    assertOk(rig.check(rig.compatible(), "meta-llama/Llama-3.3-70B-Instruct"));
    assertThat(rig.onlySeen().request().uri()).isEqualTo("/v1/chat/completions");
    assertThat(rig.onlySeen().body().toJsonObject().getInteger("max_tokens")).isEqualTo(1);
  }

  @Test
  void anthropicWritesOneToken() {
    rig.answers(
        200, "{\"type\": \"message\", \"usage\": {\"input_tokens\": 8, \"output_tokens\": 1}}");
    assertOk(rig.check(rig.anthropic(), "claude-haiku-4-5"));
    CheckRig.Seen seen = rig.onlySeen();
    assertThat(seen.request().uri()).isEqualTo("/v1/messages");
    assertThat(seen.header("x-api-key")).isEqualTo(CheckRig.KEY);
    assertThat(seen.header("anthropic-version")).isEqualTo("2023-06-01");
    assertThat(seen.body().toJsonObject().getInteger("max_tokens")).isEqualTo(1);
  }

  @Test
  void passthroughTakesTheCallersOwnAuthorizationAndShowsItNowhere() throws Exception {
    rig.answers(401, "{\"error\": {\"message\": \"bad token Bearer own-token-123\"}}");
    ConnectionResult result =
        rig.check(rig.passthrough(), "claude-haiku-4-5", Optional.of("Bearer own-token-123"));
    assertThat(rig.onlySeen().header("authorization")).isEqualTo("Bearer own-token-123");
    assertThat(rig.onlySeen().request().headers().contains("x-api-key")).isFalse();
    assertFailed(result, Cause.CREDENTIAL_REJECTED, "API key field of the provider is empty");
    assertThat(result.toString()).doesNotContain("own-token-123");
    assertThat(store.number("select count(*) from audit_log where after::text like '%own-token%'"))
        .isZero();
  }

  @Test
  void whatTheAuditLogCannotTellIsNotDone() throws Exception {
    store.execute(
        "alter table audit_log add constraint full_disk check (action <> 'connection_check') not valid");
    try {
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> rig.check(rig.anthropic(), "claude-haiku-4-5"));
      assertThat(rig.seen()).isEmpty();
    } finally {
      store.execute("alter table audit_log drop constraint full_disk");
    }
  }

  /** The call was made and is paid for. */
  @Test
  void whatHasBeenDoneIsAnsweredEvenIfTheAuditLogBreaksMeanwhile() throws Exception {
    store.execute(
        "alter table audit_log add constraint full_disk check (not jsonb_exists(after, 'ok')) not valid");
    try {
      rig.answers(
          200, "{\"type\": \"message\", \"usage\": {\"input_tokens\": 8, \"output_tokens\": 1}}");
      assertOk(rig.check(rig.anthropic(), "claude-haiku-4-5"));
      assertThat(
              store.number(
                  "select count(*) from audit_log where action = 'connection_check' and after ->> 'model' = 'claude-haiku-4-5'"))
          .isOne();
    } finally {
      store.execute("alter table audit_log drop constraint full_disk");
    }
  }

  @Test
  void passthroughWithoutTheCallersAuthorizationCallsNobody() {
    ConnectionResult result = rig.check(rig.passthrough(), "claude-haiku-4-5");
    assertFailed(result, Cause.CLIENT_AUTHORIZATION_MISSING, "client_authorization");
    assertThat(rig.seen()).isEmpty();
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void geminiGeneratesOneTokenWithItsOwnHeader() {
    rig.answers(200, "{\"candidates\": [], \"usageMetadata\": {\"promptTokenCount\": 2}}");
    assertOk(rig.check(rig.google(), "gemini-2.5-flash"));
    CheckRig.Seen seen = rig.onlySeen();
    assertThat(seen.request().uri()).isEqualTo("/v1beta/models/gemini-2.5-flash:generateContent");
    assertThat(seen.header("x-goog-api-key")).isEqualTo(CheckRig.KEY);
    assertThat(seen.request().headers().contains("authorization")).isFalse();
    assertThat(
            seen.body()
                .toJsonObject()
                .getJsonObject("generationConfig")
                .getInteger("maxOutputTokens"))
        .isEqualTo(1);
  }

  @Test
  void azuresDeploymentsAreInThePath() {
    var config = (ProviderConfig.OpenAi) CheckRig.openAi("https://x.openai.azure.com");
    Probe probe = Probe.of(config, "my gpt");
    assertThat(probe.path()).isEqualTo("/openai/deployments/my%20gpt/chat/completions");
    assertThat(probe.query()).startsWith("api-version=");
    assertThat(Probe.of(CheckRig.openAi("https://x.openai.azure.com/openai/v1"), "m").path())
        .isEqualTo("/chat/completions");
  }

  @Test
  void theCallIsRecordedAsACheckAndPriced() throws Exception {
    rig.answers(200, CHAT);
    assertOk(rig.check(rig.openAi(), "gpt-5.4-mini"));
    UsageRecord record = rig.ledger().next();
    assertThat(record.connectionTest()).isTrue();
    assertThat(record.user()).isEqualTo(ADMIN.attribution());
    assertThat(record.model()).isEqualTo("gpt-5.4-mini");
    assertThat(record.operation()).isEqualTo("POST /chat/completions");
    assertThat(record.outcome()).isEqualTo(Outcome.OK);
    assertThat(record.usageState()).isEqualTo(UsageState.REPORTED);
    assertThat(record.tokens()).isEqualTo(new Tokens(8, 1, 0, 0, 0, 0, 0, 0));
    assertThat(record.cost().total()).isPositive();
    assertThat(rig.ledger().pending()).isZero();
  }

  @Test
  void aFailedCallIsRecordedToo() throws Exception {
    rig.answers(500, "{}");
    rig.check(rig.openAi(), "gpt-5.4-mini");
    assertThat(rig.ledger().next())
        .satisfies(
            record -> {
              assertThat(record.outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
              assertThat(record.status()).isEqualTo(500);
              assertThat(record.connectionTest()).isTrue();
            });
  }

  @Test
  void nothingIsCalledThatCouldNotBeRecorded() {
    rig.ledger().fill();
    ConnectionResult result = rig.check(rig.openAi(), "m");
    assertFailed(result, Cause.GATEWAY_BUSY, "cannot be recorded");
    assertThat(rig.seen()).isEmpty();
  }

  @Test
  void anUpstreamThatEchoesTheKeyDoesNotBetrayIt() {
    String base64 =
        java.util.Base64.getEncoder()
            .encodeToString(CheckRig.KEY.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    rig.answersBy(
        request ->
            request
                .response()
                .setStatusCode(401)
                .putHeader("content-type", "application/json")
                .end(
                    new JsonObject()
                        .put(
                            "error",
                            new JsonObject()
                                .put(
                                    "message",
                                    "Bad\u0000 key\r\n %s (%s), %s; %s"
                                        .formatted(
                                            request.getHeader("authorization"),
                                            base64,
                                            CheckRig.KEY,
                                            "x".repeat(958) + CheckRig.KEY)))
                        .encode()));
    ConnectionResult result = rig.check(rig.openAi(), "gpt-5.4-mini");
    assertFailed(result, Cause.CREDENTIAL_REJECTED, "the secret \"UPSTREAM_KEY\"");
    assertThat(result.upstreamMessage())
        .startsWith("Bad key *** (***), ***; xxx")
        .hasSizeLessThanOrEqualTo(ConnectionResult.MESSAGE_CHARS_MAX)
        .doesNotContain("sk-up");
  }

  @Test
  void aRedirectIsNotFollowed() {
    rig.answers(307, "");
    assertFailed(rig.check(rig.openAi(), "m"), Cause.REDIRECTED, "never followed");
    assertThat(rig.seen()).hasSize(1);
  }

  @Test
  void aWebPageIsNoAnswer() {
    rig.answers(200, "text/html", "<html><body>Welcome</body></html>");
    assertFailed(rig.check(rig.openAi(), "m"), Cause.UNEXPECTED_ANSWER, "web page");
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    rig.answersBy(
        request -> {
          var response = request.response().setChunked(true);
          response.putHeader("content-type", "application/json");
          response
              .write("[" + "1,".repeat(ProbeCall.ANSWER_BYTES_MAX / 2))
              .onComplete(_ -> response.write("1,"));
        });
    assertFailed(rig.check(rig.openAi(), "m"), Cause.UNEXPECTED_ANSWER, "web page");
  }

  @Test
  void whereNobodyListens() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ConnectionResult result = rig.check(CheckRig.openAi("http://127.0.0.1:" + port), "m");
    assertFailed(result, Cause.CONNECTION_REFUSED, "port " + port);
    assertThat(result.status()).isEmpty();
    assertThat(rig.ledger().next().outcome()).isEqualTo(Outcome.UPSTREAM_FAILED);
  }

  @Test
  void aHostWithoutAnAddress() {
    assertFailed(
        rig.check(CheckRig.openAi("https://no.such.host"), "m"),
        Cause.UNKNOWN_HOST,
        "\"no.such.host\"");
  }

  @Test
  void tlsWhereNoneIsSpoken() {
    String url = rig.url().replace("http:", "https:");
    assertFailed(rig.check(CheckRig.openAi(url), "m"), Cause.TLS_FAILED, "certificate");
  }

  @Test
  void aConnectionThatBreaks() {
    rig.answersBy(request -> request.connection().close());
    assertFailed(rig.check(rig.openAi(), "m"), Cause.CONNECTION_FAILED, "broke");
  }

  /** What was allowed when it was saved may no longer be when it is connected to. */
  @Test
  void addressesAreCheckedAgainWhenTheyAreConnectedTo() {
    rig.answers(200, CHAT);
    var config = rig.openAi();
    var strict =
        new UpstreamCheck(AddressPolicy.of(List.of(), Set.of()), Upstreams.LOCAL.resolver());
    var moved =
        new UpstreamCheck(
            AddressPolicy.of(List.of("127.0.0.0/8"), Set.of()),
            _ -> List.of(InetAddress.ofLiteral("169.254.169.254")));
    store.providers().create(ADMIN, Drafts.draft("up", config), List.of());
    var check = new ConnectionCheck(new Saved(new ResourceId("up")), "m", Optional.empty());
    assertFailed(rig.check(strict, check), Cause.ADDRESS_REFUSED, "ADP_UPSTREAM_ALLOW");
    assertFailed(rig.check(moved, check), Cause.ADDRESS_REFUSED, "never in");
    assertThat(rig.seen()).isEmpty();
  }

  @Test
  void aConfigurationThatIsNotSavedIsTriedWithSecretsThatComeAlong() throws Exception {
    rig.answers(200, CHAT);
    var secret = NewSecret.ofText(CheckRig.KEY_NAME, "sk-inline");
    var subject = new Unsaved(Drafts.draft("new", rig.openAi()), List.of(secret));
    assertOk(
        rig.check(Upstreams.LOCAL, new ConnectionCheck(subject, "gpt-5.4-mini", Optional.empty())));
    assertThat(rig.onlySeen().header("authorization")).isEqualTo("Bearer sk-inline");
    assertThat(store.number("select count(*) from llm_provider")).isZero();
    assertThat(rig.ledger().next().connectionTest()).isTrue();
  }

  @Test
  void theModelMustBeOnTheListAndTheAuthorizationOfUse() {
    var draft = Drafts.draft("up", rig.openAi()).withModels(Drafts.models("gpt-a"));
    store.providers().create(ADMIN, draft, List.of());
    var check = new ConnectionCheck(new Saved(draft.name()), "gpt-b", Optional.of("Bearer x"));
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> rig.check(Upstreams.LOCAL, check))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting(Violation::field)
                    .containsExactly("model", "client_authorization"));
    assertThat(rig.seen()).isEmpty();
  }
}
