package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Actor;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.Transcripts;
import dev.adp.domain.Violation;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UpstreamPolicyTest {
  private static final Actor WRITER = new Actor("w", "w@x", Role.WRITER);

  @RegisterExtension static final StoreExtension store = new StoreExtension(Clock.systemUTC());

  @Test
  void aPrivateBaseUrlIsRefusedAtItsFieldWhenItIsCreated() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () -> store.providers().create(WRITER, draft("a", "http://10.0.0.7/v1"), List.of()))
        .satisfies(UpstreamPolicyTest::namesTheFieldAndTheSetting);
  }

  @Test
  void aPrivateBaseUrlIsRefusedWhenItIsChangedTo() {
    var created =
        store.providers().create(WRITER, draft("b", "http://api.example.com/v1"), List.of());
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                store
                    .providers()
                    .update(
                        WRITER,
                        created.name(),
                        _ -> true,
                        draft -> draft.withConfig(draft("b", "http://192.168.0.1/v1").config()),
                        List.of()))
        .satisfies(UpstreamPolicyTest::namesTheFieldAndTheSetting);
    assertThat(store.providers().get(WRITER, created.name()).config()).isEqualTo(created.config());
  }

  private static void namesTheFieldAndTheSetting(Invalid e) {
    Violation violation = e.violations().getFirst();
    assertThat(violation.field()).isEqualTo("openai_compatible_config.base_url");
    assertThat(violation.message()).contains("ADP_UPSTREAM_ALLOW");
  }

  private static LlmProvider.Draft draft(String name, String baseUrl) {
    return new LlmProvider.Draft(
        new ResourceId(name),
        name,
        "",
        true,
        new OpenAiCompatible(BaseUrl.of("base_url", baseUrl), Optional.empty(), true),
        List.of(),
        Transcripts.OFF);
  }
}
