package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Transcripts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers that people call alike. */
class CostNamesakesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  @Test
  void areToldApartByTheirIds() throws Exception {
    used("east", "Team");
    used("west", "Team");
    used("alone", "Alone");
    Browser reader = portal.signedIn("reader");
    String page =
        reader
            .get("/cost?tz=UTC&customStart=2026-10-25T00:00:00Z&customEnd=2026-10-27T00:00:00Z")
            .body();
    assertThat(page)
        .contains("OpenAI-compatible · east<", "OpenAI-compatible · west<")
        .doesNotContain("OpenAI-compatible · alone");
  }

  private static void used(String name, String displayName) throws Exception {
    portal
        .repository()
        .providers()
        .create(
            PortalExtension.ADMIN,
            new LlmProvider.Draft(
                new ResourceId(name),
                displayName,
                "",
                true,
                new ProviderConfig.OpenAiCompatible(
                    BaseUrl.of("base_url", "http://127.0.0.1:1/v1"), Optional.empty(), true),
                List.of(),
                Transcripts.OFF),
            List.of());
    portal.sql(
        """
        insert into usage_rollup
        select '2026-10-25T01:00:00Z', uid, type, 'm', 'maya', '', 2, 1, 0, 0, 10, 5, 0, 0, 0, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0
        from llm_provider where name = '%s'
        """
            .formatted(name));
  }
}
