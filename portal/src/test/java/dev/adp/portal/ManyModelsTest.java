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

    String slug = "openai_compatible";
    String table = writer.submit("/providers/typed", with(fields, "show_models", slug)).body();
    assertThat(table).contains("1000 selected", "Override pricing of " + NAMES.getLast());
    assertThat(writer.submit("/providers/typed", FormFields.of(table)).statusCode()).isEqualTo(303);
    assertThat(names("typed")).containsExactlyElementsOf(NAMES);
    assertThat(writer.get("/providers/typed/edit?price=" + NAMES.get(700)).body())
        .contains("name=\"pricing_model\" value=\"" + NAMES.get(700));
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
    var pressed =
        new ArrayList<>(List.of(FormFields.of(writer.get("/providers/comma-found/edit").body())));
    pressed.addAll(List.of("openai_compatible_search", comma, "add_model", "1"));
    String page = writer.submit("/providers/comma-found", pressed.toArray(String[]::new)).body();
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
