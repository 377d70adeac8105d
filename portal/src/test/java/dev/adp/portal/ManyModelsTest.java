package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider with as many models as it may have: aggregators serve hundreds. */
class ManyModelsTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final int BYTES_MAX = 100_000;
  private static final String SLUG = "openai_compatible";
  private static final List<String> NAMES =
      IntStream.range(0, LlmProvider.MODELS_MAX)
          .mapToObj("an-upstream-of-many/a-model-with-a-long-name-%03d:free"::formatted)
          .toList();

  @Test
  void areTypedPastedSavedPricedAndSavedAgain() throws Exception {
    Browser writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
    String[] typed = {
      "type", "openai_compatible",
      "display_name", "Many",
      "openai_compatible_base_url", "http://127.0.0.1:8000/v1"
    };
    HttpResponse<String> pasted =
        writer.submit(
            "/providers", with(typed, "add_pasted", "1", "openai_compatible_paste", lines(NAMES)));
    assertThat(pasted.statusCode()).isEqualTo(200);
    assertThat(pasted.body()).contains(NAMES.getFirst() + "\n" + NAMES.get(1));
    assertSmall(pasted);
    assertThat(writer.submit("/providers", FormFields.of(pasted.body())).statusCode())
        .isEqualTo(303);
    assertThat(stored("many")).extracting(ProviderModel::name).containsExactlyElementsOf(NAMES);

    String[] fields = FormFields.of(writer.get("/providers/many/edit").body());
    String[] rates =
        NAMES.stream()
            .flatMap(
                name -> Stream.of(RateField.values()).map(bucket -> bucket.id() + " 1.25 " + name))
            .flatMap(line -> Stream.of("openai_compatible_rate", line))
            .toArray(String[]::new);
    assertThat(writer.submit("/providers/many", with(fields, rates)).statusCode()).isEqualTo(303);
    Optional<Long> rate = Optional.of(125_000_000L);
    assertThat(stored("many"))
        .hasSameSizeAs(NAMES)
        .extracting(ProviderModel::customPricing)
        .containsOnly(new Rates(rate, rate, rate, rate, rate));
  }

  @Test
  void areEditedAsOneTextAndAsATableForThoseWhoAsk() throws Exception {
    Browser writer = writerOf("typed", NAMES);
    HttpResponse<String> edit = writer.get("/providers/typed/edit");
    assertSmall(edit);
    assertThat(edit.body()).contains("Choose with prices").doesNotContain("name=\"price\"");
    String[] fields = FormFields.of(edit.body());
    assertThat(writer.submit("/providers/typed", fields).statusCode()).isEqualTo(303);
    assertThat(names("typed")).containsExactlyElementsOf(NAMES);

    HttpResponse<String> table =
        writer.submit("/providers/typed", with(fields, "show_models", SLUG));
    assertSmall(table);
    assertThat(table.body()).contains("1000 selected", "of 1,000 models");
    assertThat(priceable(table)).startsWith(NAMES.getFirst(), NAMES.get(1));
    assertThat(writer.submit("/providers/typed", FormFields.of(table.body())).statusCode())
        .isEqualTo(303);
    assertThat(names("typed")).containsExactlyElementsOf(NAMES);
  }

  @Test
  void aPartOfALongTableIsTurnedToAndNothingOfTheOthersIsLost() throws Exception {
    String comma = "llama,4bit";
    var names = new ArrayList<>(NAMES.subList(0, 300));
    names.set(290, comma);
    Browser writer = writerOf("parts", names);
    String path = "/providers/parts";
    String[] shown = FormFields.of(writer.get(path + "/edit").body());
    for (String model : List.of(names.getFirst(), names.get(150), comma, names.getLast())) {
      shown = with(shown, SLUG + "_rate", "input_per_million 1.25 " + model);
      shown = with(shown, SLUG + "_rate", "output_per_million 0 " + model);
    }
    HttpResponse<String> first = writer.submit(path, with(shown, "show_models", SLUG));
    assertSmall(first);
    assertThat(priceable(first)).startsWith(names.getFirst()).doesNotContain(names.getLast());
    assertThat(first.body()).containsPattern("name=\"models_page\" value=\"1\"[^>]*aria-current");

    HttpResponse<String> last =
        writer.submit(path, with(FormFields.of(first.body()), "models_page", "999"));
    assertSmall(last);
    assertThat(priceable(last)).endsWith(names.getLast()).doesNotContain(names.getFirst());
    HttpResponse<String> found =
        writer.submit(
            path,
            replaced(
                with(FormFields.of(last.body()), "add_model", "1"),
                SLUG + "_search",
                names.get(150)));
    assertThat(priceable(found)).contains(names.get(150)).doesNotContain(names.getLast());
    HttpResponse<String> dialog =
        writer.submit(path, with(FormFields.of(found.body()), "price", names.get(150)));
    assertSmall(dialog);
    HttpResponse<String> priced =
        writer.submit(
            path,
            replaced(
                with(FormFields.of(dialog.body()), "save_pricing", "1"),
                "rate_input_per_million",
                "7"));
    assertThat(priceable(priced)).contains(names.get(150));
    assertThat(writer.submit(path, FormFields.of(priced.body())).statusCode()).isEqualTo(303);

    assertThat(names("parts")).containsExactlyElementsOf(names);
    Rates usual = rates(125_000_000L);
    assertThat(stored("parts"))
        .filteredOn(model -> !model.customPricing().isEmpty())
        .containsExactly(
            new ProviderModel(names.getFirst(), usual),
            new ProviderModel(names.get(150), rates(700_000_000L)),
            new ProviderModel(comma, usual),
            new ProviderModel(names.getLast(), usual));
  }

  /** As the costs link to it. */
  @Test
  void thePartOfAModelIsShownToWhoComesForItsPrice() throws Exception {
    Browser writer = writerOf("linked", NAMES);
    HttpResponse<String> page = writer.get("/providers/linked/edit?price=" + NAMES.get(700));
    assertSmall(page);
    assertThat(page.body()).contains("name=\"pricing_model\" value=\"" + NAMES.get(700));
    assertThat(priceable(page)).contains(NAMES.get(700)).doesNotContain(NAMES.getFirst());
  }

  private static Rates rates(long input) {
    return new Rates(
        Optional.of(input), Optional.of(0L), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The models whose rows are shown. */
  private static List<String> priceable(HttpResponse<String> page) {
    return Html.all("aria-label=\"Override pricing of ([^\"]*)\"", page.body());
  }

  /** The same fields with another value of one. */
  private static String[] replaced(String[] fields, String name, String value) {
    String[] all = fields.clone();
    all[List.of(all).indexOf(name) + 1] = value;
    return all;
  }

  @Test
  void aScriptGetsTheTextToo() throws Exception {
    Browser writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
    HttpResponse<String> part =
        writer.post(
            "/providers",
            List.of("HX-Request", "true", "HX-Target", "openai_compatible_models"),
            "csrf",
            writer.csrf(),
            "type",
            "openai_compatible",
            "add_pasted",
            "1",
            "openai_compatible_paste",
            lines(NAMES));
    assertThat(part.body())
        .startsWith("<div id=\"openai_compatible_models\"")
        .contains("name=\"openai_compatible_models\"", "id=\"openai_compatible_typed\"")
        .contains(NAMES.getFirst() + "\n" + NAMES.get(1))
        .doesNotContain("<html");
  }

  @Test
  void haveTheirPagesOnTheOverview() throws Exception {
    Browser writer = writerOf("paged", NAMES);
    HttpResponse<String> first = writer.get("/providers/paged");
    assertSmall(first);
    assertThat(rows(first)).isEqualTo(NAMES.subList(0, 50));
    assertThat(first.body())
        .contains("1–50 of 1,000 models", "href=\"/providers/paged?models=2#models-title\"")
        .contains("<th scope=\"row\">1,000 models</th>");
    assertThat(Html.between(first.body(), "<input id=\"verify_model\"", ">"))
        .contains("value=\"" + NAMES.getFirst() + "\"");
    HttpResponse<String> second = writer.get("/providers/paged?models=2");
    assertThat(rows(second)).isEqualTo(NAMES.subList(50, 100));
    assertThat(rows(writer.get("/providers/paged?models=999")))
        .as("the last page")
        .isEqualTo(NAMES.subList(950, 1000));
  }

  @Test
  void aFewNeedNoPages() throws Exception {
    Browser writer = writerOf("few", NAMES.subList(0, 50));
    HttpResponse<String> page = writer.get("/providers/few");
    assertThat(rows(page)).hasSize(50);
    assertThat(page.body()).doesNotContain("Pages of models").contains("<select id=\"verify_model");
    HttpResponse<String> edit = writer.get("/providers/few/edit");
    assertSmall(edit);
    assertThat(edit.body()).contains("50 selected");
  }

  /** The API takes any name; only what is typed here is parted by commas. */
  @ParameterizedTest
  @ValueSource(ints = {1, 200})
  void aNameWithACommaStaysOne(int models) throws Exception {
    String comma = "llama,4bit";
    var names = new ArrayList<>(List.of(comma));
    names.addAll(NAMES.subList(0, models));
    String name = "comma-" + models;
    Browser writer = writerOf(name, names);
    String[] fields = FormFields.of(writer.get("/providers/" + name + "/edit").body());
    assertThat(writer.submit("/providers/" + name, fields).statusCode()).isEqualTo(303);
    assertThat(names(name)).containsExactlyElementsOf(names);
  }

  /** As one who types it into the search field to see its row. */
  @Test
  void aNameWithACommaIsFoundAsOne() throws Exception {
    String comma = "llama,4bit";
    Browser writer = writerOf("comma-found", List.of(comma));
    String[] fields = FormFields.of(writer.get("/providers/comma-found/edit").body());
    String[] pressed = replaced(with(fields, "add_model", "1"), SLUG + "_search", comma);
    String page = writer.submit("/providers/comma-found", pressed).body();
    assertThat(writer.submit("/providers/comma-found", FormFields.of(page)).statusCode())
        .isEqualTo(303);
    assertThat(names("comma-found")).containsExactly(comma);
  }

  /** A provider, and somebody who may edit it. */
  private static Browser writerOf(String name, List<String> models) throws Exception {
    portal.addProvider(
        name,
        name,
        new ProviderConfig.OpenAiCompatible(
            BaseUrl.of("base_url", "http://127.0.0.1:8000/v1"), Optional.empty(), true),
        models);
    Browser writer = portal.signedIn("writer");
    writer.get("/providers");
    return writer;
  }

  private static List<String> rows(HttpResponse<String> page) {
    String card = Html.between(page.body(), "aria-labelledby=\"models-title\"", "</section>");
    return Html.all("<code class=\"clip\"[^>]*>([^<]*)</code>", card);
  }

  private static void assertSmall(HttpResponse<String> page) {
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body().getBytes(UTF_8)).hasSizeLessThan(BYTES_MAX);
  }

  private static List<String> names(String provider) {
    return stored(provider).stream().map(ProviderModel::name).toList();
  }

  private static String lines(List<String> names) {
    return names.stream().collect(joining("\n"));
  }

  private static String[] with(String[] fields, String... more) {
    return IntStream.range(0, fields.length + more.length)
        .mapToObj(i -> i < fields.length ? fields[i] : more[i - fields.length])
        .toArray(String[]::new);
  }

  private static List<ProviderModel> stored(String provider) {
    return portal
        .repository()
        .providers()
        .get(PortalExtension.ADMIN, new ResourceId(provider))
        .models();
  }
}
