package dev.adp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Actor;
import dev.adp.domain.AddressPolicy;
import dev.adp.domain.BaseUrl;
import dev.adp.domain.Failure.Invalid;
import dev.adp.domain.LlmProvider;
import dev.adp.domain.NameResolver;
import dev.adp.domain.ProviderConfig.OpenAiCompatible;
import dev.adp.domain.ResourceId;
import dev.adp.domain.Role;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Transcripts;
import dev.adp.domain.UpstreamCheck;
import dev.adp.domain.Violation;
import java.net.InetAddress;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
  void aWrongAddressAndAMissingSecretAreSaidInOneGo() {
    LlmProvider.Draft wrong =
        draft("ab", "http://10.0.0.7/v1")
            .withConfig(
                new OpenAiCompatible(
                    BaseUrl.of("base_url", "http://10.0.0.7/v1"),
                    Optional.of(new SecretRef("NOT_THERE")),
                    true));
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> store.providers().create(WRITER, wrong, List.of()))
        .satisfies(UpstreamPolicyTest::namesAddressAndSecret);
    var good = store.providers().create(WRITER, draft("ab", "http://a.example/v1"), List.of());
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(
            () ->
                store
                    .providers()
                    .update(
                        WRITER,
                        good.name(),
                        _ -> true,
                        stored -> stored.withConfig(wrong.config()),
                        List.of()))
        .satisfies(UpstreamPolicyTest::namesAddressAndSecret);
  }

  private static void namesAddressAndSecret(Invalid e) {
    assertThat(e.violations())
        .extracting(Violation::field)
        .containsExactly(
            "openai_compatible_config.base_url", "openai_compatible_config.api_key_ref");
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

  /** A name service can take its time; a row that is locked meanwhile would stop others. */
  @Test
  void nobodyWaitsForTheNameServiceInsideATransaction() {
    var open = new ArrayList<Long>();
    NameResolver watching =
        _ -> {
          open.add(transactionsOpen());
          return List.of(InetAddress.ofLiteral("1.1.1.1"));
        };
    var providers =
        new LlmProviders(
            store.database(),
            store.secrets(),
            new UpstreamCheck(AddressPolicy.of(List.of(), Set.of()), watching),
            store.clock(),
            UUID::randomUUID);
    var created = providers.create(WRITER, draft("c", "http://a.example/v1"), List.of());
    providers.update(
        WRITER,
        created.name(),
        _ -> true,
        draft -> draft.withConfig(draft("c", "http://b.example/v1").config()),
        List.of());
    providers.update(
        WRITER, created.name(), _ -> true, draft -> draft.withEnabled(false), List.of());
    assertThat(open).as("asked at the two saves of a base URL").containsExactly(0L, 0L);
  }

  private static long transactionsOpen() {
    try {
      return store.number(
          "select count(*) from pg_stat_activity"
              + " where state = 'idle in transaction' and datname = current_database()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
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
