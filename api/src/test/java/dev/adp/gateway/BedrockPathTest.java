package dev.adp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.gateway.BedrockPath.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockPathTest {
  private static final String ARN =
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6";

  /** Path, what it does, the model, and the path that goes upstream. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/model/amazon.nova-lite-v1:0/invoke | INVOKE | amazon.nova-lite-v1:0 | /model/amazon.nova-lite-v1%3A0/invoke",
        "/model/amazon.nova-lite-v1%3A0/invoke | INVOKE | amazon.nova-lite-v1:0 | /model/amazon.nova-lite-v1%3A0/invoke",
        "/model/amazon.nova-lite-v1%3a0/converse | CONVERSE | amazon.nova-lite-v1:0 | /model/amazon.nova-lite-v1%3A0/converse",
        "/model/us.x/converse-stream | CONVERSE_STREAM | us.x | /model/us.x/converse-stream",
        "/model/us.x/invoke-with-response-stream | INVOKE_STREAM | us.x | /model/us.x/invoke-with-response-stream",
        "/model/us.x/count-tokens | COUNT_TOKENS | us.x | /model/us.x/count-tokens",
        // Once, not twice.
        "/model/a%253A0/invoke | INVOKE | a%3A0 | /model/a%253A0/invoke",
        "/model/a%2Fb/invoke | INVOKE | a/b | /model/a%2Fb/invoke",
        "/model/a/b/invoke | INVOKE | a/b | /model/a%2Fb/invoke",
        "/model/a%2fb%2Finvoke/converse | CONVERSE | a/b/invoke | /model/a%2Fb%2Finvoke/converse",
        // As lenient servers read them.
        "//model//us.x/./invoke/ | INVOKE | us.x | /model/us.x/invoke",
        "/%6Dodel/us.x/%69nvoke | INVOKE | us.x | /model/us.x/invoke",
        "/model/us%2Ex/invoke | INVOKE | us.x | /model/us.x/invoke",
        "/model/a b/invoke | INVOKE | a b | /model/a%20b/invoke",
        "/model/a%zz%/invoke | INVOKE | a%zz% | /model/a%25zz%25/invoke",
        "/model/a+b/invoke | INVOKE | a+b | /model/a%2Bb/invoke",
        "/openai/v1/chat/completions | CHAT | '' | /openai/v1/chat/completions",
        "/v1/chat/completions | CHAT | '' | /openai/v1/chat/completions",
        "/chat/completions | CHAT | '' | /openai/v1/chat/completions",
        "/chat//completions/ | CHAT | '' | /openai/v1/chat/completions",
        "/anthropic/v1/messages | MESSAGES | '' | /anthropic/v1/messages",
        // Neither these, nor what only looks like one of them.
        "/model/invoke | UNKNOWN | '' | /model/invoke",
        "/model//invoke | UNKNOWN | '' | /model/invoke",
        "/model/a/invokes | UNKNOWN | '' | /model/a/invokes",
        "/model/a/INVOKE | UNKNOWN | '' | /model/a/INVOKE",
        "/models/a/invoke | UNKNOWN | '' | /models/a/invoke",
        "/guardrail/g%3A1/version/1/apply | UNKNOWN | '' | /guardrail/g%3A1/version/1/apply",
        "/async-invoke | UNKNOWN | '' | /async-invoke",
        "/ | UNKNOWN | '' | /",
      })
  void aPathIsReadAndSpelledInOneWay(
      String path, Operation operation, String model, String upstream) {
    assertThat(BedrockPath.of(path)).isEqualTo(new BedrockPath(operation, model, upstream));
  }

  @Test
  void anArnIsOneModelHoweverItIsSpelled() {
    String encoded = UriText.encoded(ARN);
    for (String spelling :
        new String[] {
          ARN,
          encoded,
          ARN.replace(":", "%3A"),
          encoded.toLowerCase(java.util.Locale.ROOT).replace("%3a", "%3A")
        }) {
      BedrockPath path = BedrockPath.of("/model/" + spelling + "/converse");
      assertThat(path.model()).isEqualTo(ARN);
      assertThat(path.upstream()).isEqualTo("/model/" + encoded + "/converse");
      assertThat(BedrockPath.modelName(path.model())).isEqualTo("us.anthropic.claude-sonnet-4-6");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0, amazon.nova-pro-v1:0",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.a.b, us-gov.a.b",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/k3j4h5g6f7d8, k3j4h5g6f7d8",
    "us.anthropic.claude-sonnet-4-6, us.anthropic.claude-sonnet-4-6",
  })
  void aModelIsListedByItsIdOrThatOfItsProfile(String asked, String name) {
    assertThat(BedrockPath.modelName(asked)).isEqualTo(name);
  }

  /** Whose model is not to be seen in it: only the whole ARN on a list lets it through. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/amazon.nova-pro-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-pro-v1:0/abcdefghijkl",
        "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl",
        "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1",
        "arn:aws:sagemaker:us-east-1:123456789012:inference-profile/amazon.nova-pro-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/x/amazon.nova-pro-v1:0",
        "x arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/",
      })
  void anArnOfAnythingElseStaysWhatItIs(String asked) {
    assertThat(BedrockPath.modelName(asked)).isEqualTo(asked);
  }

  /** Spelling a path that is spelled already must not change what is signed. */
  @ParameterizedTest
  @ValueSource(strings = {"/model/a:0/invoke", "/model/a%252Fb/converse", "/x%20y//z:1", "/a%zz"})
  void theOneSpellingIsStable(String path) {
    String once = BedrockPath.of(path).upstream();
    assertThat(BedrockPath.of(once).upstream()).isEqualTo(once);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "b=2&a=1, a=1&b=2",
    "a=b%20c&a=%2b&a=+, a=%2B&a=%2B&a=b%20c",
    "flag, flag=",
    "&&x=%zz&, x=%25zz",
    "a=1=2, a=1%3D2",
  })
  void aQueryIsSpelledInOneWay(String query, String spelled) {
    assertThat(UriText.query(query, _ -> false)).isEqualTo(spelled);
    assertThat(UriText.query(spelled, _ -> false)).isEqualTo(spelled);
  }

  /** The policy of guardrails, in one look. */
  @ParameterizedTest
  @EnumSource(Operation.class)
  void whatGeneratesIsGuardedOrRefused(Operation operation) {
    assertThat(operation.generates() && operation.guarding() == BedrockPath.Guarding.NEEDLESS)
        .isFalse();
  }
}
