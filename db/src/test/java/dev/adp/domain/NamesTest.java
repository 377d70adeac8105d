package dev.adp.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.adp.domain.Failure.Invalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be a resource's name, a secret's name and an upstream's address. */
class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "team-a", "a1", "a-", "a--b"})
  void resourceIdsOfLowercaseLettersNumbersAndHyphensAreTaken(String name) {
    assertThat(new ResourceId(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "A", "1a", "-a", "a_b", "a b", "a.b", "a/b", "ä", "a\n", "a\u0000", "٣"})
  void otherResourceIdsAreRefused(String name) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> new ResourceId(name))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation(
                            "name",
                            "must match ^[a-z][a-z0-9-]*$: lowercase letters, numbers and hyphens,"
                                + " starting with a letter")));
  }

  @Test
  void aResourceIdHasAtMost63Characters() {
    assertThat(new ResourceId("a".repeat(63)).value()).hasSize(63);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> new ResourceId("a".repeat(64)))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(new Violation("name", "must have at most 63 characters")));
  }

  @Test
  void bothFaultsOfAResourceIdAreToldAtOnce() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> new ResourceId("A".repeat(64)))
        .satisfies(e -> assertThat(e.violations()).hasSize(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "OPENAI_API_KEY", "KEY2", "A__"})
  void secretNamesInUpperSnakeCaseAreTaken(String name) {
    assertThat(SecretRef.of("api_key_ref", name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "_A", "2A", "A-B", "A B", "Ä", "A\n", "OPENAI_API_KEy"})
  void otherSecretNamesAreRefusedNamingTheField(String name) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> SecretRef.of("openai_config.api_key_ref", name))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        new Violation(
                            "openai_config.api_key_ref",
                            "must be UPPER_SNAKE_CASE (^[A-Z][A-Z0-9_]*$), for example"
                                + " OPENAI_API_KEY")));
  }

  @Test
  void aSecretNameHasAtMost253Characters() {
    assertThat(new SecretRef("A".repeat(253)).value()).hasSize(253);
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> new SecretRef("A".repeat(254)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.openai.com/v1",
        "http://vllm.internal:8000/v1",
        "HTTPS://Example.COM",
        "http://[::1]:11434/v1",
        "http://127.0.0.1:1",
        "http://4com.example",
        "http://0x.example",
        "http://h:65535/a/b%20c",
        "http://vllm_1:8000/v1",
        "http://_a.b_c.internal./v1",
      })
  void absoluteHttpUrlsAreTaken(String url) {
    assertThat(BaseUrl.of("base_url", url)).hasToString(url);
  }

  @Test
  void spacesAroundAndSlashesBehindABaseUrlAreDropped() {
    assertThat(BaseUrl.of("base_url", "  https://example.com/v1//\n"))
        .hasToString("https://example.com/v1");
    assertThat(BaseUrl.of("base_url", "https://example.com/")).hasToString("https://example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "api.openai.com/v1",
        "/v1",
        "ftp://example.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///v1",
        "https:example.com",
        "http://exa mple.com",
        "http://example.com\\@evil.test",
        "http://user@example.com",
        "http://user:password@example.com/v1",
        "http://@example.com",
        "https://example.com/v1?key=1",
        "https://example.com/v1?",
        "https://example.com/v1#",
        "https://example.com/v1#part",
        "http://example.com:0",
        "http://example.com:65536",
        "http://example.com:-1",
        "http://example.com:abc",
        "http://under_score.internal:99999",
        "http://under_score.internal:0",
        "http://under_score.internal:8888888888888",
        "http://user@under_score",
        "http://under_score@evil.test:x",
        "http://under_score\\evil.test",
        "http://under_score..test",
        "http://2130706433/v1",
        "http://0x7f000001",
        "http://0x7f.1/v1",
        "http://127.1",
        "http://010.0.0.7",
        "http://a_b.0x10",
        "http://e\u0000.com",
        "http://e.com/\r\nX-Header: 1",
      })
  void otherBaseUrlsAreRefusedNamingTheField(String url) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> BaseUrl.of("openai_config.base_url", url))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .isNotEmpty()
                    .allSatisfy(
                        violation ->
                            assertThat(violation.field()).isEqualTo("openai_config.base_url")));
  }

  /** Containers have underscores in their names, for which java.net.URI knows no host. */
  @Test
  void hostAndPortAreKnownOfEveryBaseUrl() {
    BaseUrl container = BaseUrl.of("base_url", "http://vllm_1:8000/v1");
    assertThat(container.host()).isEqualTo("vllm_1");
    assertThat(container.port()).isEqualTo(8000);
    assertThat(BaseUrl.of("base_url", "https://a_b.internal").host()).isEqualTo("a_b.internal");
    assertThat(BaseUrl.of("base_url", "https://a_b.internal/v1").port()).isEqualTo(443);
    assertThat(BaseUrl.of("base_url", "http://vllm:8000/v1").host()).isEqualTo("vllm");
    assertThat(BaseUrl.of("base_url", "http://vllm:8000/v1").port()).isEqualTo(8000);
  }

  @Test
  void everyFaultOfABaseUrlIsToldAtOnce() {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> BaseUrl.of("base_url", "ftp://user@example.com:0/?a=b#c"))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .extracting(Violation::message)
                    .containsExactly(
                        "must be an absolute http or https URL, for example"
                            + " https://api.example.com/v1",
                        "must not contain user info",
                        "must not contain a query",
                        "must not contain a fragment",
                        "must have a port from 1 to 65535"));
  }

  @Test
  void aBaseUrlHasAtMost2048Characters() {
    String url = "https://example.com/" + "a".repeat(2_028);
    assertThat(BaseUrl.of("base_url", url).toString()).hasSize(2_048);
    assertThatExceptionOfType(Invalid.class).isThrownBy(() -> BaseUrl.of("base_url", url + "a"));
  }
}
