package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.ConnectionCheck;
import dev.adp.domain.ConnectionResult;
import dev.adp.domain.ConnectionResult.Cause;
import dev.adp.domain.Failure;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test of a connection, on the page of a provider. */
class VerifyTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final List<ConnectionCheck> ASKED = new ArrayList<>();
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    portal
        .repository()
        .providers()
        .create(
            PortalExtension.ADMIN,
            new LlmProvider.Draft(
                new ResourceId("claude"),
                "Claude",
                "For the support team",
                true,
                new ProviderConfig.Anthropic(Optional.empty(), Optional.empty()),
                List.of(
                    new ProviderModel("claude-sonnet-5-5", Rates.NONE),
                    new ProviderModel("claude-opus-5-5", Rates.NONE)),
                new Transcripts(false, false)),
            List.of());
    writer = portal.signedIn("writer");
  }

  @BeforeEach
  void forget() {
    ASKED.clear();
  }

  @Test
  void nothingIsTestedBeforeSomebodyAsks() throws Exception {
    answers(new ConnectionResult(1, Optional.empty(), "", Optional.empty(), ""));
    assertThat(writer.get("/providers/claude").body())
        .contains("Not tested yet", "Test Connection", "Show commands", "For the support team")
        .contains("Your own Authorization for Anthropic");
    assertThat(ASKED).isEmpty();
  }

  @Test
  void aPassSaysHowFastTheModelWas() throws Exception {
    answers(new ConnectionResult(1412, Optional.of(200), "", Optional.empty(), ""));
    HttpResponse<String> page =
        test("model", "claude-opus-5-5", "client_authorization", "Bearer mine");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("Connected.", "1,412", "<code>claude-opus-5-5</code>", "Test again")
        .containsPattern("value=\"claude-opus-5-5\"[^>]*selected")
        .doesNotContain("Bearer mine");
    assertThat(ASKED.getFirst().clientAuthorization()).contains("Bearer mine");
    assertThat(ASKED.getFirst().subject())
        .isEqualTo(new ConnectionCheck.Saved(new ResourceId("claude")));
  }

  @Test
  void aFailureShowsTheUpstreamsWordsAndWhatToCheck() throws Exception {
    answers(
        new ConnectionResult(
            186,
            Optional.of(401),
            "invalid <x-api-key>",
            Optional.of(Cause.CREDENTIAL_REJECTED),
            "Rotate the secret."));
    assertThat(test("model", "claude-opus-5-5").body())
        .contains("The upstream answered 401 after 186 ms.", "invalid &lt;x-api-key&gt;")
        .contains("What to check", "Rotate the secret.");
  }

  @Test
  void noAnswerHasNoStatus() throws Exception {
    answers(
        new ConnectionResult(
            30, Optional.empty(), "", Optional.of(Cause.UNKNOWN_HOST), "Check the name."));
    assertThat(test("model", "claude-opus-5-5").body())
        .contains("No answer of the upstream after 30 ms.")
        .doesNotContain("class=\"quote\"");
  }

  @Test
  void whatHasNotBeenCalledHasNotFailedToAnswer() throws Exception {
    answers(
        new ConnectionResult(
            0, Optional.empty(), "", Optional.of(Cause.SECRET_NOT_FOUND), "Check the secret."));
    assertThat(test("model", "claude-opus-5-5").body())
        .contains("The upstream was not called.", "Check the secret.")
        .doesNotContain("No answer of the upstream");
  }

  /** The advice of the API names its own field, which nobody sees here. */
  @Test
  void theAuthorizationThatIsMissingIsAskedForAtItsField() throws Exception {
    answers(
        new ConnectionResult(
            0,
            Optional.empty(),
            "",
            Optional.of(Cause.CLIENT_AUTHORIZATION_MISSING),
            "Give yours as client_authorization."));
    HttpResponse<String> page = test("model", "claude-opus-5-5");
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body())
        .contains("id=\"verify_client_authorization-error\"", "Not tested yet")
        .containsPattern("value=\"claude-opus-5-5\"[^>]*selected")
        .doesNotContain("Give yours as");
  }

  @Test
  void aScriptGetsOnlyItsPart() throws Exception {
    answers(new ConnectionResult(3, Optional.of(200), "", Optional.empty(), ""));
    writer.get("/providers/claude");
    HttpResponse<String> part =
        writer.post(
            "/providers/claude/test",
            List.of("HX-Request", "true", "HX-Target", "verify"),
            "csrf",
            writer.csrf(),
            "model",
            "claude-opus-5-5");
    assertThat(part.body()).startsWith("<section").contains("Connected.").doesNotContain("<html");
  }

  @Test
  void whatIsWrongWithTheQuestionIsSaidAtItsField() throws Exception {
    answers(new ConnectionResult(3, Optional.of(200), "", Optional.empty(), ""));
    HttpResponse<String> page = test("model", "", "client_authorization", "Bearer \n");
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(page.body()).contains("id=\"verify_model-error\"");
  }

  @Test
  void whoAsksTooOftenIsToldSo() throws Exception {
    portal.connection(
        (_, _) -> {
          throw new Failure.TooManyRequests("Too often: wait.", Duration.ofSeconds(7));
        });
    HttpResponse<String> page = test("model", "claude-opus-5-5");
    assertThat(page.statusCode()).isEqualTo(429);
    assertThat(page.headers().firstValue("retry-after")).contains("7");
    assertThat(page.body()).contains("Too often: wait.");
  }

  @Test
  void aReaderSeesNoTest() throws Exception {
    assertThat(portal.signedIn("reader").get("/providers/claude").body())
        .doesNotContain("Verify connection");
  }

  private static void answers(ConnectionResult result) {
    portal.connection(
        (_, check) -> {
          ASKED.add(check);
          return result;
        });
  }

  private static HttpResponse<String> test(String... fields) throws Exception {
    writer.get("/providers/claude");
    return writer.submit("/providers/claude/test", fields);
  }
}
