package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.NewSecret;
import dev.adp.domain.SecretRef;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is no rate in the dialog of a model, without script: it is shown where it was typed. */
class WrongRatesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final SecretRef KEY = new SecretRef("RATES_KEY");
  private static final String HAIKU = "claude-haiku-4-5";
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
  }

  /** Nothing that was typed goes without a word. */
  @Test
  void aWrongRateThatWasLeftOutOfSightIsShownAtItsFieldAgain() throws Exception {
    String[] open = {
      "display_name",
      "Out of sight",
      "anthropic_models",
      HAIKU,
      "anthropic_api_key_ref",
      KEY.value(),
      "pricing_type",
      "anthropic",
      "pricing_model",
      HAIKU
    };
    HttpResponse<String> other =
        writer.submit(
            "/providers",
            with(
                open,
                "rate_input_per_million",
                "0.8 dollars",
                "rate_output_per_million",
                "4",
                "type",
                "openai",
                "show_models",
                "openai"));
    assertThat(other.body()).doesNotContain("<dialog");
    String[] fields = FormFields.of(other.body());
    fields[List.of(fields).indexOf("type") + 1] = "anthropic";
    for (String[] pressed :
        List.of(fields, with(fields, "show_models", "anthropic"), with(fields, "price", HAIKU))) {
      HttpResponse<String> back = writer.submit("/providers", pressed);
      assertThat(back.statusCode()).isEqualTo(422);
      String dialog = dialog(back);
      assertThat(dialog).contains("<code>" + HAIKU, "id=\"rate_input_per_million-error\"");
      assertThat(rate(dialog, "input_per_million")).isEqualTo("0.8\u00a0dollars");
      assertThat(rate(dialog, "output_per_million")).isEqualTo("4");
    }
    assertThat(writer.get("/providers/out-of-sight").statusCode()).isEqualTo(404);
  }

  @Test
  void aWrongRateStaysWrongWhileAnotherIsReset() throws Exception {
    HttpResponse<String> reset =
        writer.submit(
            "/providers",
            "type",
            "anthropic",
            "pricing_model",
            HAIKU,
            "reset_rate",
            "output_per_million",
            "rate_input_per_million",
            "seven",
            "rate_output_per_million",
            "4");
    assertThat(reset.statusCode()).isEqualTo(422);
    assertThat(dialog(reset)).contains("id=\"rate_input_per_million-error\"");
    assertThat(rate(dialog(reset), "input_per_million")).isEqualTo("seven");
    assertThat(rate(dialog(reset), "output_per_million")).isEmpty();
  }

  private static String[] with(String[] fields, String... more) {
    return Stream.concat(Stream.of(fields), Stream.of(more)).toArray(String[]::new);
  }

  private static String dialog(HttpResponse<String> page) {
    return Html.between(page.body(), "<dialog", "</dialog>");
  }

  /** What stands in a field of the dialog. */
  private static String rate(String dialog, String field) {
    String input = Html.between(dialog, "<input id=\"rate_" + field + "\"", ">");
    return String.join("", Html.all("\\svalue=\"([^\"]*)\"", input));
  }
}
