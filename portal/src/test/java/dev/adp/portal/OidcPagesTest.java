package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.Eventually;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in at an external issuer, there and back. */
class OidcPagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  private final Browser browser = new Browser(portal.url());

  @BeforeEach
  void nobodyIsBlocked() throws Exception {
    portal.sql("delete from blocked_subject");
  }

  private static JsonObject claims(String nonce) {
    return new JsonObject()
        .put("iss", portal.issuer().url())
        .put("sub", "sub-1")
        .put("aud", "portal")
        .put("nonce", nonce)
        .put("exp", Instant.now().plusSeconds(60).getEpochSecond())
        .put("preferred_username", "ada")
        .put("roles", new JsonArray(List.of("Reader")));
  }

  /** The way to the issuer: what it is asked. */
  private Map<String, String> leave(String next) throws Exception {
    HttpResponse<String> away = browser.get("/sign-in/oidc/start?next=" + next);
    assertThat(away.statusCode()).isEqualTo(303);
    var there = URI.create(location(away));
    assertThat(there.toString()).startsWith(portal.issuer().url() + "/authorize?");
    var asked = new HashMap<String, String>();
    for (String pair : there.getRawQuery().split("&", -1)) {
      String[] both = pair.split("=", 2);
      asked.put(both[0], URLDecoder.decode(both[1], StandardCharsets.UTF_8));
    }
    return asked;
  }

  /** There and back with these claims. */
  private HttpResponse<String> signIn(UnaryOperator<JsonObject> change) throws Exception {
    return browser.get(wayBack(change));
  }

  /** There, and the address that the issuer leads back to. */
  private String wayBack(UnaryOperator<JsonObject> change) throws Exception {
    Map<String, String> asked = leave("/secrets");
    JsonObject claims = change.apply(claims(asked.getOrDefault("nonce", "")));
    String code = portal.issuer().code(asked.getOrDefault("code_challenge", ""), claims);
    return "/sign-in/oidc?code=" + code + "&state=" + asked.get("state");
  }

  private static String location(HttpResponse<?> answer) {
    return answer.headers().firstValue("location").orElse("");
  }

  @Test
  void theSignInPageOffersTheIssuerAndKeepsWhereOneWantedToGo() throws Exception {
    assertThat(browser.get("/sign-in?next=/secrets").body())
        .contains("Sign in with 127.0.0.1")
        .contains("/sign-in/oidc/start?next=%2Fsecrets");
  }

  @Test
  void theIssuerIsAskedForACodeWithPkceAndAlwaysBackToOnePlace() throws Exception {
    Map<String, String> asked = leave("/secrets");
    assertThat(asked)
        .containsEntry("response_type", "code")
        .containsEntry("client_id", "portal")
        .containsEntry("redirect_uri", "http://localhost:8080/sign-in/oidc")
        .containsEntry("code_challenge_method", "S256");
    assertThat(asked.get("scope")).contains("openid");
  }

  @Test
  void whoComesBackWithACodeIsSignedInWhereHeWantedToGo() throws Exception {
    HttpResponse<String> back = signIn(claims -> claims);
    assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
    assertThat(location(back)).isEqualTo("/secrets");
    assertThat(browser.get("/secrets").statusCode()).isEqualTo(200);
    assertThat(browser.get("/secrets/-/new").statusCode()).isEqualTo(403); // He is a Reader.
    assertThat(browser.get("/providers").body()).contains("ada");
  }

  @Test
  void nobodyIsLedToAnotherHost() throws Exception {
    Map<String, String> asked = leave("//evil.test/");
    String code =
        portal
            .issuer()
            .code(
                asked.getOrDefault("code_challenge", ""), claims(asked.getOrDefault("nonce", "")));
    HttpResponse<String> back =
        browser.get("/sign-in/oidc?code=" + code + "&state=" + asked.get("state"));
    assertThat(location(back)).isEqualTo("/");
  }

  @Test
  void anAnswerThatWasNotAskedForHereSignsNobodyIn() throws Exception {
    Map<String, String> asked = leave("/secrets");
    JsonObject claims = claims(asked.getOrDefault("nonce", ""));
    String code = portal.issuer().code(asked.getOrDefault("code_challenge", ""), claims);
    refused(browser.get("/sign-in/oidc?code=" + code + "&state=other"), "not begun here");
    refused( // The attempt is over now, right state or not.
        browser.get("/sign-in/oidc?code=" + code + "&state=" + asked.get("state")),
        "not begun here");
    refused(new Browser(portal.url()).get("/sign-in/oidc?code=x&state=y"), "not begun here");
  }

  @Test
  void anErrorOfTheIssuerIsNotRepeated() throws Exception {
    Map<String, String> asked = leave("/secrets");
    HttpResponse<String> back =
        browser.get(
            "/sign-in/oidc?error=access_denied&error_description=call+me&state="
                + asked.get("state"));
    refused(back, "did not sign you in");
    assertThat(back.body()).doesNotContain("call me");
  }

  @Test
  void aTokenThatIsNotForThisSignInSignsNobodyIn() throws Exception {
    refused(signIn(claims -> claims.put("nonce", "of another")), "not for this sign-in");
    refused(signIn(claims -> claims.put("aud", "other")), "not for this sign-in");
    refused(signIn(claims -> claims.put("azp", "other")), "not for this sign-in");
    refused(signIn(claims -> claims.put("iss", "http://evil.test")), "not for this sign-in");
    refused(
        signIn(claims -> claims.put("exp", Instant.now().minusSeconds(61).getEpochSecond())),
        "not for this sign-in");
    refused(
        signIn(claims -> claims.put("aud", new JsonArray(List.of("portal", "other")))),
        "not for this sign-in"); // Without azp it is anybody's guess whom it was made for.
  }

  @Test
  void whoHasNoRoleOfOursIsToldSo() throws Exception {
    String back = wayBack(claims -> claims.put("roles", new JsonArray(List.of("Pilot"))));
    refused(browser.get(back, "x-forwarded-for", "127.0.0.77"), "none of our roles in the claim");
    Eventually.holds(
        "the refusal is in the audit log",
        () -> portal.count("audit_log where address = '127.0.0.77' and outcome = 'REFUSED'") == 1);
  }

  @Test
  void whoIsBlockedCannotSignInAndIsOutAtOnce() throws Exception {
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    assertThat(browser.get("/secrets").statusCode()).isEqualTo(200);
    portal.sql("insert into blocked_subject values ('sub-1', '', now(), 'x')");
    assertThat(location(browser.get("/secrets"))).startsWith("/sign-in");
    refused(signIn(claims -> claims), "blocked");
  }

  /** Roles of the issuer add up: nobody needs one that has all of the others. */
  @Test
  void whoLacksAPermissionIsToldTheSmallestRoleThatHasIt() throws Exception {
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    HttpResponse<String> page = browser.get("/transcripts");
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body()).contains("a role that also has it: TranscriptReader is the least.");
  }

  @Test
  void anHourAfterTheSignInTheIssuerIsAskedAgain() throws Exception {
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    portal.sql("update external_session set created_at = now() - interval '61 minutes'");
    assertThat(location(browser.get("/secrets"))).startsWith("/sign-in");
  }

  @Test
  void anAnswerInTheNameOfAnotherIssuerSignsNobodyIn() throws Exception {
    refused(
        browser.get(wayBack(claims -> claims) + "&iss=http%3A%2F%2Fevil.test"), "not begun here");
    String ours = URLEncoder.encode(portal.issuer().url(), StandardCharsets.UTF_8);
    assertThat(browser.get(wayBack(claims -> claims) + "&iss=" + ours).statusCode()).isEqualTo(303);
  }

  @Test
  void nobodyIsSignedInOverAnOpenLine() throws Exception {
    HttpResponse<String> answer =
        browser.get(wayBack(claims -> claims), "x-forwarded-for", "203.0.113.9");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("needs https");
    assertThat(location(browser.get("/secrets"))).startsWith("/sign-in");
  }

  @Test
  void aSignInEndsTheSessionThatTheBrowserHadBefore() throws Exception {
    portal.sql("delete from portal_session");
    portal.sql("delete from external_session");
    browser.get("/sign-in");
    browser.submit("/sign-in", "username", "reader", "password", portal.password());
    assertThat(portal.count("portal_session")).isEqualTo(1);
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    assertThat(portal.count("portal_session")).isZero();
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    assertThat(portal.count("external_session")).isEqualTo(1);
  }

  @Test
  void whileTheIssuerIsThinkingOthersAreServed() throws Exception {
    String back = wayBack(claims -> claims);
    portal.issuer().hold();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> waiting = threads.submit(() -> browser.get(back));
      Eventually.holds("the issuer was asked", portal.issuer()::isHolding);
      assertThat(new Browser(portal.url()).get("/sign-in").statusCode()).isEqualTo(200);
      assertThat(waiting.isDone()).isFalse();
      portal.issuer().answerHeld();
      assertThat(waiting.get().statusCode()).isEqualTo(303);
    } finally {
      portal.issuer().answerHeld();
    }
  }

  @Test
  void whoHasHisPasswordElsewhereCannotChangeItHere() throws Exception {
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    assertThat(browser.get("/secrets").body())
        .contains("action=\"/sign-out\"")
        .doesNotContain("/account/password");
    for (HttpResponse<String> answer :
        List.of(
            browser.get("/account/password"),
            browser.submit("/account/password", "current_password", "x", "new_password", "y"))) {
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("You sign in at 127.0.0.1: change your password there.");
    }
    assertThat(browser.get("/secrets").statusCode()).isEqualTo(200); // He is signed in still.
  }

  @Test
  void signingOutEndsTheSessionAndLeadsToTheIssuer() throws Exception {
    assertThat(signIn(claims -> claims).statusCode()).isEqualTo(303);
    browser.get("/secrets");
    HttpResponse<String> out = browser.submit("/sign-out");
    assertThat(out.statusCode()).isEqualTo(200);
    assertThat(out.body())
        .containsPattern(
            portal.issuer().url() + "/logout\\?id_token_hint=eyJ[^&]+&amp;client_id=portal")
        .contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fsign-in");
    assertThat(location(browser.get("/secrets"))).startsWith("/sign-in");
  }

  private void refused(HttpResponse<String> answer, String why) throws Exception {
    assertThat(answer.body()).contains(why).doesNotContain("sub-1");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(location(browser.get("/secrets"))).startsWith("/sign-in");
  }
}
