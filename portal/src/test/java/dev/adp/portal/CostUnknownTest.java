package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Usage that no upstream has told: a gap that is seen, never a zero. */
class CostUnknownTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  @BeforeAll
  static void fill() throws Exception {
    var _ =
        portal
            .repository()
            .providers()
            .create(
                PortalExtension.ADMIN,
                new LlmProvider.Draft(
                    new ResourceId("local"),
                    "Local",
                    "",
                    true,
                    new ProviderConfig.OpenAiCompatible(
                        BaseUrl.of("base_url", "http://127.0.0.1:1/v1"), Optional.empty(), false),
                    List.of(),
                    Transcripts.OFF),
                List.of());
    usage("2026-10-25", "told", 0, 10);
    usage("2026-10-26", "told", 0, 10);
    usage("2026-10-26", "partly", 1, 10);
    usage("2026-10-26", "silent", 2, 0);
    usage("2026-10-27", "silent", 2, 0);
  }

  /** Four calls of that day, one of which the upstream has refused. */
  private static void usage(String day, String model, int missing, int tokens) throws Exception {
    portal.sql(
        """
        insert into usage_rollup
        select '%sT12:00:00Z', uid, type, '%s', 'maya', '', 4, 1, %d, 0, %d, 0, 0, 0, 0, 0, 0, 0, %d, 0, 0, 0, 0, 0, 0, 0
        from llm_provider where name = 'local'
        """
            .formatted(day, model, missing, tokens, tokens * 10_000_000));
  }

  @Test
  void whatIsUnknownIsSaidAndNoZero() throws Exception {
    String page = page("2026-10-26");
    assertThat(page).contains("Usage of 3 requests is unknown");
    assertThat(row(page, "silent")).contains(">Unknown<").doesNotContain("$0", ">0<");
    assertThat(row(page, "partly")).contains(">10<", "$1.00").doesNotContain("Unknown");
    assertThat(row(page, "told")).contains(">10<", "$1.00").doesNotContain("Unknown");
  }

  @Test
  void whereNothingIsKnownTheTotalIsUnknownToo() throws Exception {
    String page = page("2026-10-27");
    String foot = page.substring(page.indexOf("<tfoot>"), page.indexOf("</tfoot>"));
    assertThat(foot).contains(">Unknown<").doesNotContain("$0");
  }

  /** None of its tokens are of this type, and that is known of all calls but one. */
  @Test
  void aPartOfTheTokensThatIsNoneHidesNoSpend() throws Exception {
    String page = page("2026-10-26&token_type=reasoning");
    assertThat(row(page, "partly")).contains("$1.00").doesNotContain("Unknown");
  }

  @Test
  void whereAllIsToldNothingIsSaidOfIt() throws Exception {
    assertThat(page("2026-10-25")).contains(">told<").doesNotContain("is unknown", ">Unknown<");
  }

  private static String page(String day) throws Exception {
    String range =
        "customStart=%1$sT00:00:00Z&customEnd=%1$sT23:00:00Z".formatted(day.substring(0, 10));
    return portal
        .signedIn("reader")
        .get("/cost?tz=UTC&group_by=model&" + range + day.substring(10))
        .body();
  }

  private static String row(String page, String model) {
    String table = page.substring(page.indexOf("t-break"), page.indexOf("<tfoot>"));
    String from = table.substring(table.indexOf(">" + model + "<"));
    return from.substring(0, from.indexOf("</tr>"));
  }
}
