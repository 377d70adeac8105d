package dev.adp.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.adp.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.adp.e2e.Spending.Bucket;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the demo's echo model counts is priced to the microcent, cache and reasoning included. */
@ExtendWith(World.class)
class PricedEchoTest {
  private static final String PROVIDER = "priced-echo";

  /** 39 words: with the role that is before them 40 tokens, two whole blocks of 16 and a rest. */
  private static final String PROMPT =
      IntStream.rangeClosed(1, 39).mapToObj("price%d"::formatted).collect(Collectors.joining(" "));

  /**
   * gpt-5.4-mini costs 0.75, 4.50 and cached 0.075 USD per million: 75, 450 and 7.5 microcents a
   * token.
   *
   * <pre>
   * bucket      not streamed   streamed, same prompt again
   * input       40             40 - 32 = 8                    48 ×  75 =  3,600
   * cached       0             32                             32 × 7.5 =    240
   * output      39             39                             78 × 450 = 35,100
   * reasoning   39 + 10        39 + 10                        98 × 450 = 44,100
   * </pre>
   */
  private static final Spending BOTH_CALLS =
      new Spending(
          2,
          0,
          0,
          83_040,
          Map.of(
              "input", new Bucket(48, 3_600),
              "cached", new Bucket(32, 240),
              "output", new Bucket(78, 35_100),
              "reasoning", new Bucket(98, 44_100)));

  @Test
  void pricesStreamedAndPlainCalls(Program program, Chromium chromium) {
    String url =
        program.rest().createOpenAi(PROVIDER, program.echoUrl(), "DEMO_API_KEY", "gpt-5.4-mini");
    OpenAIClient client = Sdk.client(url, program.token());
    var request =
        ChatCompletionCreateParams.builder().model("gpt-5.4-mini").addUserMessage(PROMPT).build();

    var answer = client.chat().completions().create(request);
    assertThat(answer.choices().getFirst().message().content()).contains(PROMPT);
    try (var stream = client.chat().completions().createStreaming(request)) {
      assertThat(
              stream.stream()
                  .flatMap(chunk -> chunk.choices().getFirst().delta().content().stream())
                  .collect(Collectors.joining()))
          .isEqualTo(PROMPT);
    }

    eventually(() -> assertThat(program.rest().spending(PROVIDER)).isEqualTo(BOTH_CALLS));
    try (BrowserContext window = chromium.window(program, new Browser.NewContextOptions())) {
      Page page = window.newPage();
      Chromium.signIn(page, program);
      page.navigate("/providers/" + PROVIDER);
      assertThat(
              page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Last 7 days"))
                  .locator("strong[title='$0.0008304']"))
          .hasText("<$0.01");
    }
  }
}
