package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.NewSecret;
import dev.adp.domain.SecretRef;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the address bar after a form was sent can be reloaded and gone back to. */
class FormReturnsTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final String NAME = "returned";
  private static Browser admin = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    var key = new SecretRef("RETURNED");
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(key, "value"), Map.of());
    admin = portal.signedIn("admin");
    admin.get("/providers");
    admin.submit(
        "/providers", "type", "openai", "display_name", NAME, "openai_api_key_ref", key.value());
    admin.submit(
        "/guardrails",
        "display_name",
        NAME,
        "region",
        "us-east-1",
        "guardrail_identifier",
        "gr1",
        "guardrail_version",
        "1");
    admin.submit("/service-accounts", "display_name", NAME, "role", "Reader");
    admin.submit("/users", "name", NAME, "email", NAME + "@example.com", "role", "Reader");
  }

  /** The addresses come from the router, so that none that is new can be forgotten. */
  static Stream<String> addresses() {
    return portal.formPaths().stream()
        .map(path -> path.replace(":name", path.startsWith("/secrets/") ? "RETURNED" : NAME))
        .map(path -> path.replace(":id", "1"));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void everyAddressThatTakesAFormLeadsToAPage(String address) throws Exception {
    HttpResponse<String> answer = admin.get(address);
    for (int hops = 0; answer.statusCode() == 303 && hops < 3; hops++) {
      answer = admin.get(answer.headers().firstValue("location").orElseThrow());
    }
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void thePageOfAThingIsThatOfItsForms() throws Exception {
    for (String action : List.of("enable", "disable", "test", "delete")) {
      HttpResponse<String> answer = admin.get("/providers/" + NAME + "/" + action);
      assertThat(answer.headers().firstValue("location")).contains("/providers/" + NAME);
    }
  }

  /** A script that swaps pages in leaves the address as it was, so that a reload shows the form. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/providers", "/providers/returned/delete", "/users/returned", "/secrets"})
  void aFormThatIsRefusedKeepsTheAddressOfItsPage(String path) throws Exception {
    HttpResponse<String> refused = admin.submit(path);
    assertThat(refused.statusCode()).isBetween(412, 422);
    assertThat(refused.headers().firstValue("HX-Push-Url")).contains("false");
    assertThat(admin.get("/providers").headers().firstValue("HX-Push-Url")).isEmpty();
  }
}
