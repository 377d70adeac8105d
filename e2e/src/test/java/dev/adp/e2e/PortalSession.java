package dev.adp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who is signed in to the portal, with a browser that shows nothing. */
final class PortalSession {
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private final HttpClient browser =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .cookieHandler(new CookieManager())
          .build();
  private final URI portal;

  /** Signs in, which must succeed. */
  PortalSession(URI portal, String username, String password) {
    this.portal = portal;
    Matcher csrf = CSRF.matcher(page("/sign-in"));
    assertThat(csrf.find()).isTrue();
    String form =
        "username=%s&password=%s&csrf=%s"
            .formatted(encoded(username), encoded(password), encoded(csrf.group(1)));
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(portal.resolve("/sign-in"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
  }

  /** A page, which must be there. */
  String page(String path) {
    HttpResponse<String> answer = send(HttpRequest.newBuilder(portal.resolve(path)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  int status(String path) {
    return send(HttpRequest.newBuilder(portal.resolve(path))).statusCode();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return browser.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
