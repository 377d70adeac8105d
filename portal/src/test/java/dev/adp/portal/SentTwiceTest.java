package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.NewSecret;
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
