package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.NewSecret;
import dev.adp.domain.ResourceId;
import dev.adp.domain.SecretRef;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A form that is sent again, as a double click does without script. */
class SentTwiceTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final SecretRef KEY = new SecretRef("TWICE_KEY");
  private static final String TOLD = "The form was sent twice and carried out once";
  private static Browser writer = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void prepare() throws Exception {
    portal
        .repository()
        .secrets()
        .create(PortalExtension.ADMIN, NewSecret.ofText(KEY, "value"), Map.of());
    writer = portal.signedIn("writer");
    writer.get("/providers/-/new");
  }

  @Test
  void createsOneProviderAndLeadsToIt() throws Exception {
    String[] form = form("Once", "once");
    assertLeadsTo("once", writer.submit("/providers", form));
    assertThat(writer.get("/providers/once").body()).contains("Provider created");
    assertLeadsTo("once", writer.submit("/providers", form));
    assertThat(writer.get("/providers/once").body()).contains(TOLD);
    assertThat(portal.count("llm_provider where name = 'once'")).isOne();
  }

  /** Whoever goes back for a value that was wrong would else be led on with the wrong one. */
  @Test
  void isToldWhereASecretIsNew() throws Exception {
    assertLeadsTo("with-a-secret", writer.submit("/providers", withSecret("sk-typo")));
    HttpResponse<String> again = writer.submit("/providers", withSecret("sk-right"));
    assertThat(again.statusCode()).isEqualTo(422);
    assertThat(again.body()).contains("already exists", "CREATED_ONCE");
    assertThat(portal.count("llm_provider where name = 'with-a-secret'")).isOne();
  }

  private static String[] withSecret(String value) {
    return new String[] {
      "type", "openai",
      "display_name", "With a secret",
      "openai_api_key_ref_source", "new",
      "openai_api_key_ref_new_name", "CREATED_ONCE",
      "openai_api_key_ref_new_value", value
    };
  }

  @Test
  void savesOnceAndWarnsOfNobody() throws Exception {
    writer.submit("/providers", form("Before", "saved"));
    String[] fields = FormFields.of(writer.get("/providers/saved/edit").body());
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equals("display_name")) {
        fields[i + 1] = "After";
      }
    }
    assertLeadsTo("saved", writer.submit("/providers/saved", fields));
    assertLeadsTo("saved", writer.submit("/providers/saved", fields));
    assertThat(writer.get("/providers/saved").body()).contains("<h1>After</h1>", TOLD);
    assertThat(portal.count("llm_provider where name = 'saved' and version = 2")).isOne();
  }

  @Test
  void isSomethingElseWhenAnythingDiffersOrSomebodyElseWasFirst() throws Exception {
    writer.submit("/providers", form("Mine", "mine"));
    assertTaken(writer.submit("/providers", form("Mine too", "mine")));
    Browser admin = portal.signedIn("admin");
    admin.get("/providers/-/new");
    assertTaken(admin.submit("/providers", form("Mine", "mine")));
  }

  /** Its secret was on the first answer, which no browser has shown. */
  @Test
  void leadsFromAServiceAccountThatIsThereToANewSecret() throws Exception {
    Browser admin = admin();
    String[] form = {"display_name", "Twice", "role", "LLMProviderInvoker", "agent", "on"};
    assertThat(admin.submit("/service-accounts", form).statusCode()).isEqualTo(200);
    HttpResponse<String> again = admin.submit("/service-accounts", form);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body())
        .contains("<h1>Twice</h1>", "may have been sent twice", "is not kept", "add a credential")
        .contains("action=\"/service-accounts/twice/credentials\"")
        .doesNotContain("id=\"client-secret\"");
    assertThat(portal.count("service_account where name = 'twice'")).isOne();
    assertThat(portal.count("service_account_credential where service_account = 'twice'")).isOne();
    String fresh = admin.submit("/service-accounts/twice/credentials").body();
    assertThat(
            portal
                .repository()
                .serviceAccounts()
                .authenticate(shown("client-id", fresh), shown("client-secret", fresh)))
        .isEqualTo(new ResourceId("twice"));

    form[1] = "twice"; // Another display name for the same name.
    assertTaken(admin.submit("/service-accounts", form));
  }

  /** So was the password of a user, if one was made. */
  @Test
  void leadsFromAUserWhoIsThereToANewPassword() throws Exception {
    Browser admin = admin();
    String[] form = {"name", "tina", "email", "tina@example.com", "role", "Reader"};
    assertThat(shown("password", admin.submit("/users", form).body())).isNotEmpty();
    HttpResponse<String> again = admin.submit("/users", form);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.body())
        .contains("<h1>Edit tina</h1>", "may have been sent twice", "set another one below")
        .contains("action=\"/users/tina\"", "value=\"tina@example.com\"")
        .doesNotContain("id=\"password\">");
    assertThat(portal.count("app_user where name = 'tina' and version = 1")).isOne();
    String[] better = {
      "name",
      "tina",
      "email",
      "tina@example.com",
      "role",
      "Reader",
      "password",
      "correct horse battery",
      "etag",
      admin.etag("/users/tina/edit")
    };
    assertThat(admin.submit("/users/tina", better).statusCode()).isEqualTo(303);
    var tina = new Browser(portal.url());
    tina.get("/sign-in");
    assertThat(
            tina.submit("/sign-in", "username", "tina", "password", "correct horse battery")
                .statusCode())
        .isEqualTo(303);

    form[5] = "Writer";
    assertTaken(admin.submit("/users", form));
  }

  private static Browser admin() throws Exception {
    Browser admin = portal.signedIn("admin");
    admin.get("/users");
    return admin;
  }

  /** What stands in an element that has an id. */
  private static String shown(String id, String page) {
    return String.join("", Html.all("id=\"" + id + "\">([^<]+)<", page));
  }

  private static String[] form(String displayName, String name) {
    return new String[] {
      "type",
      "openai",
      "display_name",
      displayName,
      "name",
      name,
      "openai_api_key_ref",
      KEY.value(),
      "openai_models",
      "gpt-5.4-mini"
    };
  }

  private static void assertLeadsTo(String provider, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("location")).contains("/providers/" + provider);
  }

  private static void assertTaken(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("id=\"name-error\"", "already exists");
  }
}
