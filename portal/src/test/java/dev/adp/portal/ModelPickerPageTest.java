package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Actor;
import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The models of a provider and their prices on its form, without script. */
class ModelPickerPageTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final Actor ADMIN = PortalExtension.ADMIN;
  private static final SecretRef KEY = new SecretRef("PICKER_KEY");
  private static final String HAIKU = "claude-haiku-4-5";
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    portal.repository().secrets().create(ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-5.4-mini, $0.75 $4.50",
    "anthropic, claude-haiku-4-5, $1.00 $5.00",
    "google, gemini-2.5-flash, $0.30 $2.50",
    "bedrock, us.anthropic.claude-haiku-4-5-20251001-v1:0, $1.10 $5.50"
  })
  void everyModelOfTheCatalogueHasItsPricesInThePicker(String type, String model, String prices)
      throws Exception {
    String picker = press("type", type, "show_models", type);
    assertThat(Html.text(Html.row(picker, "value=\"" + model + "\"")))
        .isEqualTo(model + " " + prices);
    assertThat(Html.all("<th scope=\"col\" class=\"num\">([^<]*)</th>", picker))
        .containsExactly("Input / 1M", "Output / 1M");
    assertThat(picker).contains("aria-label=\"Override pricing of " + model + "\"");
  }

  @Test
  void anIdentifierThatNoCatalogueShowsIsTyped() throws Exception {
    String compatible = press("type", "openai_compatible", "show_models", "openai_compatible");
    assertThat(compatible)
        .contains("placeholder=\"Type an ID\"")
        .doesNotContain("aria-label=\"Model list\"");
    String typed =
        press(
            "type", "openai_compatible", "openai_compatible_search", "qwen3:8b", "add_model", "1");
    assertThat(selected(typed, "openai_compatible")).containsExactly("qwen3:8b");
    String pasted =
        press("type", "anthropic", "add_pasted", "1", "anthropic_paste", "claude-own\n" + HAIKU);
    assertThat(selected(pasted, "anthropic")).containsExactlyInAnyOrder("claude-own", HAIKU);
  }

  @Test
  void aModelIsExposedOnlyOnceSomebodySelectsIt() throws Exception {
    assertThat(create("chosen", "openai_models", "gpt-5.4-mini").statusCode()).isEqualTo(303);
    String page = writer.get("/providers/chosen/edit").body();
    assertThat(Html.all("name=\"openai_models\"[^>]*value=\"([^\"]*)\"", page))
        .hasSizeGreaterThan(20)
        .contains("gpt-5.4-mini", "gpt-5-nano");
    assertThat(selected(page, "openai")).containsExactly("gpt-5.4-mini");
    assertThat(writer.submit("/providers/chosen", FormFields.of(page)).statusCode()).isEqualTo(303);
    assertThat(models("chosen")).containsExactly("gpt-5.4-mini");
  }

  @Test
  void anEmptyListAllowsEveryModel() throws Exception {
    assertThat(create("open").statusCode()).isEqualTo(303);
    assertThat(models("open")).isEmpty();
    String page = writer.get("/providers/open/edit").body();
    assertThat(selected(page, "openai")).isEmpty();
    assertThat(page)
        .contains("0 selected", "Leave all unselected to allow every model the upstream returns.");
    assertThat(writer.get("/providers/open").body())
        .contains("Every model the upstream serves may be called.");
    assertThat(Html.row(writer.get("/providers").body(), "href=\"/providers/open\""))
        .contains(">All models</span>");
  }

  @Test
  void thePencilOpensAFieldForEachBucketInTheOrderOfRateCards() throws Exception {
    String dialog = dialog(press("type", "anthropic", "price", HAIKU));
    assertThat(dialog).contains("Override pricing</h2>", "<code>" + HAIKU + "</code>");
    assertThat(Html.all("<label for=\"rate_[a-z0-9_]+\">([^<]*)</label>", dialog))
        .containsExactly(
            "Input",
            "Output",
            "Cached input",
            "Cache write (5-minute TTL)",
            "Cache write (1-hour TTL)");
    assertThat(Html.all("<input id=\"rate_[a-z0-9_]+\"[^>]*placeholder=\"([^\"]*)\"", dialog))
        .as("the rates of the catalogue")
        .containsExactly("1.00", "5.00", "0.10", "1.25", "2.00");
    assertThat(dialog)
        .contains("USD per million tokens. Leave a field blank to keep the catalog rate")
        .contains("enter 0 to make a bucket free")
        .contains("Overrides change what cost reporting computes, not what the upstream charges.")
        .contains("Tool-use input also bills at this rate.")
        .contains("Reasoning tokens also bill at this rate.")
        .contains("Cache writes with an unknown TTL always bill at the catalog rate.");
  }

  @Test
  void ratesOfATypeThatIsNotShownAreAllKept() throws Exception {
    String rateOne = "input_per_million 0.8 " + HAIKU;
    String rateTwo = "output_per_million 4 " + HAIKU;
    String shown =
        press(
            "type",
            "anthropic",
            "anthropic_models",
            HAIKU,
            "anthropic_rate",
            rateOne,
            "anthropic_rate",
            rateTwo,
            "show_models",
            "openai");
    assertThat(Html.all("name=\"anthropic_rate\" value=\"([^\"]*)\"", shown))
        .containsExactlyInAnyOrder(rateOne, rateTwo);
  }

  @Test
  void oneFieldIsResetAndTheOthersStay() throws Exception {
    String open =
        dialog(
            press(
                "type",
                "anthropic",
                "price",
                HAIKU,
                "anthropic_rate",
                "input_per_million 0.8 " + HAIKU,
                "anthropic_rate",
                "output_per_million 4 " + HAIKU));
    assertThat(resets(open)).containsExactly("Input", "Output");
    assertThat(rate(open, "input_per_million")).isEqualTo("0.8");
    String reset =
        dialog(
            press(
                "type",
                "anthropic",
                "pricing_model",
                HAIKU,
                "reset_rate",
                "input_per_million",
                "rate_input_per_million",
                "0.8",
                "rate_output_per_million",
                "4"));
    assertThat(resets(reset)).containsExactly("Output");
    assertThat(rate(reset, "input_per_million")).isEmpty();
    assertThat(rate(reset, "output_per_million")).isEqualTo("4");
    String saved =
        press(
            "type",
            "anthropic",
            "anthropic_models",
            HAIKU,
            "pricing_model",
            HAIKU,
            "save_pricing",
            "1",
            "rate_input_per_million",
            "",
            "rate_output_per_million",
            "4");
    assertThat(Html.all("name=\"anthropic_rate\" value=\"([^\"]*)\"", saved))
        .containsExactly("output_per_million 4 " + HAIKU);
    assertThat(Html.text(Html.row(saved, "value=\"" + HAIKU + "\"")))
        .isEqualTo(HAIKU + " Override $1.00 $4.00 $5.00");
  }

  @Test
  void allFieldsAreResetAtOnce() throws Exception {
    String reset =
        dialog(
            press(
                "type",
                "anthropic",
                "pricing_model",
                HAIKU,
                "reset_rate",
                "all",
                "rate_input_per_million",
                "0.8",
                "rate_output_per_million",
                "4"));
    assertThat(resets(reset)).isEmpty();
    assertThat(rate(reset, "input_per_million")).isEmpty();
    assertThat(rate(reset, "output_per_million")).isEmpty();
  }

  /** Without script the dialog does not keep people from pressing a button beside it. */
  @Test
  void ratesOfADialogThatWasLeftOpenAreSavedWithTheProvider() throws Exception {
    String[] open = {
      "openai_models", "gpt-5.4-mini", "pricing_model", "gpt-5.4-mini", "rate_input_per_million"
    };
    assertThat(create("left-open", with(open, "7")).statusCode()).isEqualTo(303);
    assertThat(writer.get("/providers/left-open").body()).contains("$7.00");

    HttpResponse<String> wrong = create("left-wrong", with(open, "seven"));
    assertThat(wrong.statusCode()).isEqualTo(422);
    assertThat(dialog(wrong.body()))
        .contains("value=\"seven\"", "id=\"rate_input_per_million-error\"");
    assertThat(writer.get("/providers/left-wrong").statusCode()).isEqualTo(404);

    HttpResponse<String> cancelled = create("left", with(open, "7", "cancel_pricing", "1"));
    assertThat(cancelled.body()).doesNotContain("<dialog", "name=\"openai_rate\"");
  }

  /** Without script another type can be chosen beside an open dialog, which is hidden then. */
  @Test
  void ratesOfADialogAreThoseOfItsType() throws Exception {
    assertThat(dialog(press("type", "anthropic", "price", HAIKU)))
        .contains("name=\"pricing_type\" value=\"anthropic\"");
    String[] open = {"pricing_type", "anthropic", "pricing_model", HAIKU, "rate_input_per_million"};
    String page = press(with(open, "0.8", "type", "openai", "show_models", "anthropic"));
    assertThat(Html.all("name=\"([a-z]*)_rate\" value=\"([^\"]*)\"", page))
        .containsExactly("anthropic");
    assertThat(create("other-type", with(open, "eight")).statusCode()).isEqualTo(303);
    assertThat(create("by-enter", with(open, "0.8", "enter", "1")).statusCode()).isEqualTo(303);
  }

  @Test
  void aSecondDialogKeepsWhatWasTypedIntoTheFirst() throws Exception {
    String page =
        press(
            "type",
            "anthropic",
            "anthropic_models",
            HAIKU,
            "pricing_model",
            HAIKU,
            "rate_output_per_million",
            "4",
            "price",
            "claude-opus-5-5");
    assertThat(dialog(page)).contains("<code>claude-opus-5-5</code>");
    assertThat(Html.all("name=\"anthropic_rate\" value=\"([^\"]*)\"", page))
        .containsExactly("output_per_million 4 " + HAIKU);
  }

  /** As the costs link to it: where all models are allowed there is none to give a price. */
  @Test
  void whatIsNotListedCannotBePricedAndThePageSaysWhy() throws Exception {
    assertThat(create("unlisted").statusCode()).isEqualTo(303);
    assertThat(writer.get("/providers/unlisted/edit?price=a%3Cb%3E").body())
        .contains("<code>a&lt;b&gt;</code> is not on this list")
        .doesNotContain("<dialog");
    assertThat(create("listed", "openai_models", "mine").statusCode()).isEqualTo(303);
    String listed = writer.get("/providers/listed/edit?price=mine").body();
    assertThat(dialog(listed)).contains("<code>mine</code>");
    assertThat(listed).doesNotContain("is not on this list");
    assertThat(writer.get("/providers/unlisted/edit").body()).doesNotContain("is not on this list");
  }

  @Test
  void clearingEveryFieldDropsAllOverrides() throws Exception {
    String[] priced = {
      "openai_models", "gpt-5.4-mini", "openai_rate", "input_per_million 7 gpt-5.4-mini"
    };
    assertThat(create("cleared", priced).statusCode()).isEqualTo(303);
    String[] fields = FormFields.of(writer.get("/providers/cleared/edit").body());
    HttpResponse<String> page =
        writer.submit(
            "/providers/cleared",
            with(
                fields,
                "pricing_model",
                "gpt-5.4-mini",
                "rate_input_per_million",
                "",
                "save_pricing",
                "1"));
    assertThat(page.body()).doesNotContain("name=\"openai_rate\"", "Override</span>");
    assertThat(writer.submit("/providers/cleared", FormFields.of(page.body())).statusCode())
        .isEqualTo(303);
    assertThat(portal.repository().providers().get(ADMIN, new ResourceId("cleared")).models())
        .containsExactly(new ProviderModel("gpt-5.4-mini", Rates.NONE));
  }

  /** Models of two types can be in the page at once, under the same names. */
  @Test
  void aLabelIsThatOfTheBoxOfItsType() throws Exception {
    String page =
        press(
            "type",
            "openai_compatible",
            "openai_compatible_search",
            "gpt-5.4-mini",
            "add_model",
            "1");
    assertThat(page)
        .containsPattern(
            "name=\"openai_compatible_models\"[^>]*id=\"openai_compatible-gpt-5.4-mini\"")
        .contains("for=\"openai_compatible-gpt-5.4-mini\"");
  }

  @Test
  void whatIsWrongWithModelsIsAtTheFieldThatAddsThem() throws Exception {
    HttpResponse<String> page = create("long", "openai_models", "m".repeat(513));
    assertThat(page.statusCode()).isEqualTo(422);
    assertThat(Html.between(page.body(), "<input class=\"form-control is-invalid\"", ">"))
        .contains("id=\"openai_search\"", "aria-describedby=\"openai_models-error\"");
  }

  private static String[] with(String[] fields, String... more) {
    return Stream.concat(Stream.of(fields), Stream.of(more)).toArray(String[]::new);
  }

  /** Fields that offer to be reset. */
  private static List<String> resets(String dialog) {
    return Html.all("aria-label=\"Reset ([^\"]*) to the catalog rate\"", dialog);
  }

  /** What stands in a field of the dialog. */
  private static String rate(String dialog, String field) {
    String input = Html.between(dialog, "<input id=\"rate_" + field + "\"", ">");
    return String.join("", Html.all("\\svalue=\"([^\"]*)\"", input));
  }

  private static String dialog(String page) {
    return Html.between(page, "<dialog", "</dialog>");
  }

  private static List<String> selected(String page, String type) {
    return Html.all("name=\"" + type + "_models\"[^>]*value=\"([^\"]*)\"[^>]*checked", page);
  }

  private static List<String> models(String name) {
    return portal.repository().providers().get(ADMIN, new ResourceId(name)).models().stream()
        .map(ProviderModel::name)
        .toList();
  }

  private static HttpResponse<String> create(String name, String... fields) throws Exception {
    var all = new ArrayList<>(List.of("type", "openai", "display_name", name, "name", name));
    all.addAll(List.of("openai_api_key_ref", KEY.value()));
    all.addAll(List.of(fields));
    return writer.submit("/providers", all.toArray(String[]::new));
  }

  /** Presses a button on the page of a new provider, which saves nothing. */
  private static String press(String... fields) throws Exception {
    HttpResponse<String> page = writer.submit("/providers", fields);
    assertThat(page.statusCode()).isEqualTo(200);
    return page.body();
  }
}
