package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Eventually;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every route that takes a form, as the router knows them, refuses one that no page of ours made.
 */
class ForeignFormsTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private static final String SIGN_IN = "/sign-in";

  private static Browser admin = new Browser(URI.create("http://127.0.0.1"));

  @BeforeAll
  static void signIn() throws Exception {
    admin = portal.signedIn("admin");
    admin.get("/providers");
  }

  @Test
  void withoutATokenOrWithThatOfSomebodyElseItIsRefused() throws Exception {
    Browser other = portal.signedIn("writer");
    other.get("/providers");
    assertThat(other.csrf()).isNotEmpty().isNotEqualTo(admin.csrf());
    assertThat(paths()).hasSizeGreaterThan(20);
    for (String path : paths().toList()) {
      for (String[] fields :
          List.of(
              new String[] {},
              new String[] {"csrf", ""},
              new String[] {"csrf", other.csrf()},
              new String[] {"csrf", admin.csrf() + "x"})) {
        HttpResponse<String> answer = admin.post(path, List.of(), fields);
        assertThat(answer.statusCode()).as("%s %s", path, List.of(fields)).isEqualTo(403);
        assertThat(answer.body()).as(path).contains("This form does not belong to your session");
      }
    }
  }

  /**
   * Only a script of ours can send this header and read that one: no form is lost by signing in.
   */
  @Test
  void ourScriptLearnsHowToSendAnEarlierFormAgain() throws Exception {
    admin.get("/providers");
    String path = "/providers";
    HttpResponse<String> answer =
        admin.post(path, List.of("HX-Request", "true"), "csrf", "of an earlier session");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("HX-Trigger").orElse(""))
        .contains("form-token", admin.csrf());
    assertThat(admin.post(path, List.of(), "csrf", "x").headers().firstValue("HX-Trigger"))
        .isEmpty();
  }

  @Test
  void anExpiredSessionLeadsNoScriptAwayFromAForm() throws Exception {
    HttpResponse<String> answer =
        new Browser(portal.url()).get("/providers/-/new", "HX-Request", "true");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("HX-Redirect")).isEmpty();
    assertThat(answer.headers().firstValue("HX-Trigger").orElse("")).contains("session-ended");
    assertThat(answer.headers().firstValue("HX-Reswap")).contains("none");
  }

  /** Or the test above would say nothing: with the token it is the form that is judged. */
  @Test
  void withItsOwnTokenItIsNot() throws Exception {
    Browser own = portal.signedIn("admin");
    own.get("/providers");
    String csrf = own.csrf();
    for (String path : paths().filter(path -> !path.equals("/sign-out")).toList()) {
      assertThat(own.post(path, List.of(), "csrf", csrf).body())
          .as(path)
          .doesNotContain("This form does not belong to your session");
    }
  }

  /** Nobody is signed in there, so the token belongs to the browser that asked for the page. */
  @Test
  void signingInNeedsTheTokenOfItsPage() throws Exception {
    var visitor = new Browser(portal.url());
    visitor.get(SIGN_IN);
    var other = new Browser(portal.url());
    other.get(SIGN_IN);
    for (String csrf : List.of("", other.csrf())) {
      HttpResponse<String> answer =
          visitor.post(
              SIGN_IN, List.of(), "username", "admin", "password", portal.password(), "csrf", csrf);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("This page was out of date");
    }
    Browser reading = portal.signedIn("admin");
    Eventually.holds(
        "the audit log tells of it",
        () -> reading.get("/audit-log?outcome=refused").body().contains(">sign-in<"));
  }

  private static Stream<String> paths() {
    return portal.formPaths().stream()
        .filter(path -> !path.equals(SIGN_IN))
        .map(path -> path.replace(":name", "nothing").replace(":id", "1"));
  }
}
