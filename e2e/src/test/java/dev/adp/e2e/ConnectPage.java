package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Connect tab of providers shows to the administrator, to be copied. */
final class ConnectPage {
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private final HttpClient browser =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .build();
  private final URI portal;

  /** Signs in. */
  ConnectPage(Program program) {
    portal = program.portal();
    JsonObject credentials = program.credentials();
    String form =
        "username=%s&password=%s&csrf=%s"
            .formatted(
                encoded(credentials.getString("username")),
                encoded(credentials.getString("password")),
                encoded(match(CSRF, get("/sign-in"))));
    var signIn =
        HttpRequest.newBuilder(portal.resolve("/sign-in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form));
    assertThat(send(signIn, 303)).isEmpty();
  }

  /**
   * A text as a person copies it.
   *
   * @param query which tabs are open
   * @param id of the text
   */
  String text(String provider, String query, String id) {
    String page = get("/providers/" + provider + "/connect?" + query);
    String code = match(Pattern.compile("(?s)<code id=\"" + id + "\">(.*?)</code>"), page);
    return code.replaceAll("<[^>]+>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  private String get(String path) {
    return send(HttpRequest.newBuilder(portal.resolve(path)), 200);
  }

  private String send(HttpRequest.Builder request, int status) {
    try {
      var response = browser.send(request.build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
