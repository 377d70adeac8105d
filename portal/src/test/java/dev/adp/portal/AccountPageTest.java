package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Eventually;
import java.net.HttpCookie;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in again and again, and changing one's own password, without script. */
class AccountPageTest {
  private static final String PATH = "/account/password";
  private static final String HOLD =
      "update sign_in_attempt set next_at = now() + interval '1 hour'";
  private static final String NEW = "staple in a field";

  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  @BeforeEach
  void forgetFailuresAndPasswords() throws Exception {
    portal.sql("delete from sign_in_attempt");
    portal.sql(
        "update app_user set password_hash ="
            + " (select password_hash from app_user where name = 'admin')");
  }

  @Test
  void theMenuLeadsToTheForm() throws Exception {
    Browser browser = portal.signedIn("reader");
    assertThat(browser.get("/providers").body()).contains("href=\"" + PATH + "\"");
    HttpResponse<String> page = browser.get(PATH);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("<h1>Change password</h1>", "autocomplete=\"current-password\"")
        .containsPattern("name=\"username\" value=\"reader\" autocomplete=\"username\" hidden");
  }

  @Test
  void aChangedPasswordKeepsThisBrowserSignedInAndSignsOutTheOthers() throws Exception {
    Browser browser = portal.signedIn("reader");
    Browser other = portal.signedIn("reader");
    String before = session(browser);
    browser.get(PATH);
    HttpResponse<String> answer = change(browser, portal.password(), NEW, NEW);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(session(browser)).isNotEqualTo(before);
    HttpResponse<String> page = browser.get(PATH);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("Password changed");
    assertThat(other.get("/providers").statusCode()).isEqualTo(303);
    assertThat(signIn(portal.password()).statusCode()).isEqualTo(401);
    assertThat(signIn(NEW).statusCode()).isEqualTo(303);
  }

  private static String session(Browser browser) {
    return browser.cookies().stream()
        .filter(cookie -> cookie.getName().equals("adp"))
        .map(HttpCookie::getValue)
        .findFirst()
        .orElseThrow();
  }

  /** What else was typed may be a password in the wrong place. */
  @Test
  void theAuditLogNamesWhoseAccountWasTriedButNothingElseThatWasTyped() throws Exception {
    assertThat(signIn("wrong").statusCode()).isEqualTo(401);
    assertThat(signIn("my-own-secret", "wrong").statusCode()).isEqualTo(401);
    String lines = "audit_log where action = 'authenticate' and surface = 'portal' and ";
    Eventually.holds(
        "both are in the log",
        () ->
            portal.count(lines + "resource = 'users/reader'") > 0
                && portal.count(lines + "resource = ''") > 0);
    assertThat(portal.count("audit_log where audit_log::text like '%my-own%'")).isZero();
  }

  @Test
  void whatIsWrongIsSaidAtEachFieldAndNoPasswordComesBack() throws Exception {
    Browser browser = portal.signedIn("reader");
    browser.get(PATH);
    HttpResponse<String> answer = change(browser, "not-mine-at-all", "short-new", "other-new");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body())
        .containsPattern("id=\"current_password-error\".*Must be your current password\\.")
        .containsPattern("id=\"new_password-error\".*Must have from 12 to 128 characters\\.")
        .containsPattern("id=\"repeat_password-error\".*Must be the same as the new password\\.")
        .doesNotContain("not-mine-at-all", "short-new", "other-new");
  }

  @Test
  void aFormOfAnotherSessionChangesNothing() throws Exception {
    Browser browser = portal.signedIn("reader");
    HttpResponse<String> answer =
        browser.post(
            PATH,
            List.of(),
            "current_password",
            portal.password(),
            "new_password",
            NEW,
            "repeat_password",
            NEW,
            "csrf",
            "x");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(signIn(portal.password()).statusCode()).isEqualTo(303);
  }

  @Test
  void whoeverIsNotSignedInIsLedToTheSignInPage() throws Exception {
    assertThat(new Browser(portal.url()).get(PATH).headers().firstValue("location"))
        .contains("/sign-in?next=%2Faccount%2Fpassword");
  }

  @Test
  void tooManyWrongPasswordsAreToldWhenToTryAgain() throws Exception {
    assertThat(signIn("wrong").statusCode()).isEqualTo(401);
    portal.sql(HOLD);
    HttpResponse<String> refused = signIn(portal.password());
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after").map(Integer::valueOf).orElse(0))
        .isBetween(3_000, 3_600);
    assertThat(refused.body())
        .containsPattern("Too many attempts to sign in\\. Try again in \\d\\d minutes\\.")
        .contains("value=\"reader\"");
  }

  @Test
  void guessingTheCurrentPasswordIsToldWhenToTryAgain() throws Exception {
    Browser browser = portal.signedIn("reader");
    browser.get(PATH);
    assertThat(change(browser, "wrong", NEW, NEW).statusCode()).isEqualTo(422);
    portal.sql(HOLD);
    HttpResponse<String> refused = change(browser, portal.password(), NEW, NEW);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
    assertThat(refused.body()).contains("Too many attempts to sign in. Try again in");
  }

  private static HttpResponse<String> signIn(String password) throws Exception {
    return signIn("reader", password);
  }

  private static HttpResponse<String> signIn(String name, String password) throws Exception {
    var browser = new Browser(portal.url());
    browser.get("/sign-in");
    return browser.submit("/sign-in", "username", name, "password", password);
  }

  private static HttpResponse<String> change(
      Browser browser, String current, String fresh, String repeated) throws Exception {
    return browser.submit(
        PATH, "current_password", current, "new_password", fresh, "repeat_password", repeated);
  }
}
