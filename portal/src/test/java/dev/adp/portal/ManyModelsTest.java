package dev.adp.portal;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderModel;
import dev.adp.domain.Rates;
import dev.adp.domain.ResourceId;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A provider with as many models as it may have: aggregators serve hundreds. */
class ManyModelsTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

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
    assertThat(pasted.body()).contains("1000 selected");
    assertThat(writer.submit("/providers", FormFields.of(pasted.body())).statusCode())
        .isEqualTo(303);
    assertThat(stored()).extracting(ProviderModel::name).containsExactlyElementsOf(NAMES);

    String[] fields = FormFields.of(writer.get("/providers/many/edit").body());
    String[] rates =
        NAMES.stream()
            .flatMap(
                name -> Stream.of(RateField.values()).map(bucket -> bucket.id() + " 1.25 " + name))
            .flatMap(line -> Stream.of("openai_compatible_rate", line))
            .toArray(String[]::new);
    assertThat(writer.submit("/providers/many", with(fields, rates)).statusCode()).isEqualTo(303);
    Optional<Long> rate = Optional.of(125_000_000L);
    assertThat(stored())
        .hasSameSizeAs(NAMES)
        .extracting(ProviderModel::customPricing)
        .containsOnly(new Rates(rate, rate, rate, rate, rate));
  }

  @Test
  void areTypedAsOneText() throws Exception {
    Browser writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
    HttpResponse<String> created =
        writer.submit(
            "/providers",
            "type",
            "openai_compatible",
            "display_name",
            "Typed",
            "openai_compatible_base_url",
            "http://127.0.0.1:8000/v1",
            "openai_compatible_models",
            lines(NAMES));
    assertThat(created.statusCode()).isEqualTo(303);
  }

  private static String lines(List<String> names) {
    return names.stream().collect(joining("\n"));
  }

  private static String[] with(String[] fields, String... more) {
    return IntStream.range(0, fields.length + more.length)
        .mapToObj(i -> i < fields.length ? fields[i] : more[i - fields.length])
        .toArray(String[]::new);
  }

  private static List<ProviderModel> stored() {
    return portal
        .repository()
        .providers()
        .get(PortalExtension.ADMIN, new ResourceId("many"))
        .models();
  }
}
