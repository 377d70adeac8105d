package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.NewSecret;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.SecretRef;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages stay small, however long their lists are. */
class PageSizesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final int BYTES_MAX = 100_000;
  private static final int ROWS = 100;
  private static final SecretRef KEY = new SecretRef("TEAM_KEY");

  /** Ninety days of two hundred models, users and agents, with long sums. */
  private static final String MANY_DAYS =
      """
      insert into usage_rollup
      select date_trunc('day', now()) - day * interval '1 day' - interval '30 minutes', uid, type,
        'eu.anthropic.claude-model-number-' || n, 'person-' || n || '@example.com', 'agents/agent-' || n,
        7123, 1, 0, 1, 1234567, 2345678, 34567, 45678, 5, 6, 7, 8,
        123456789 + day, 234567891, 34567891, 45678912, 5, 6, 7, 8
      from llm_provider, generate_series(8, 90) as day, generate_series(1, 200) as n
      where name = 'customer-support-europe-' || to_char(n % 20, 'FM000')
      """;

  @BeforeAll
  static void fill() throws Exception {
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    for (int i = 0; i < ROWS; i++) {
      provider(i);
    }
    portal.sql(MANY_DAYS);
    portal.sql(
        """
        insert into usage_rollup
        select date_trunc('day', now()) - day * interval '1 day', uid, type, model, 'maya', '', 7, 1, 0, 0,
          1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000,
          (abs(hashtext(name || day)) % 1000) * 12345678::bigint, 2, 3, 4, 5, 6, 7, 8
        from llm_provider, generate_series(0, 6) as day,
          unnest(array['claude-opus-5-5', 'claude-sonnet-5-5']) as model
        """);
  }

  private static void provider(int number) {
    portal.addProvider(
        "customer-support-europe-%03d".formatted(number),
        "Customer support, Europe %03d".formatted(number),
        new ProviderConfig.Anthropic(Optional.empty(), Optional.of(KEY)),
        List.of(
            "claude-opus-5-5",
            "claude-sonnet-5-5",
            "claude-haiku-5-5",
            "claude-opus-4-7",
            "claude-sonnet-4-6",
            "claude-haiku-4-5"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/providers?page_size=100",
        "/providers/customer-support-europe-001",
        "/providers/customer-support-europe-001/connect",
        "/providers/customer-support-europe-001/edit",
        "/providers/-/new",
        "/secrets",
        "/audit-log",
        "/cost?range=90d&tz=UTC",
        "/cost?range=90d&tz=UTC&group_by=model&model=claude-opus-5-5",
        "/cost?range=year&tz=UTC&values=spend"
      })
  void noPageIsLarge(String path) throws Exception {
    Browser admin = portal.signedIn("admin");
    assertSmall(admin.get(path));
  }

  @Test
  void aSecretOfManyProvidersNamesTheFirst() throws Exception {
    String row = Html.row(portal.signedIn("admin").get("/secrets").body(), ">TEAM_KEY</code>");
    assertThat(Html.all("href=\"/providers/([^\"]*)\"", row))
        .hasSize(10)
        .startsWith("customer-support-europe-000");
    assertThat(Html.text(row)).contains("customer-support-europe-009 and 90 more");
  }

  /** The longest list of models that the catalogue has. */
  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic", "google", "bedrock"})
  void noListOfModelsIsLarge(String type) throws Exception {
    Browser admin = portal.signedIn("admin");
    admin.get("/providers");
    HttpResponse<String> page =
        admin.submit("/providers", "type", type, "show_models", type, "display_name", "Any");
    assertThat(page.body()).contains("name=\"" + type + "_models\"");
    assertSmall(page);
  }

  private static void assertSmall(HttpResponse<String> page) {
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body().getBytes(UTF_8)).hasSizeLessThan(BYTES_MAX);
  }
}
