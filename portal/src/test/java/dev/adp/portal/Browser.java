package dev.adp.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a browser without script does: keeps cookies, sends forms with the token of the last page.
 */
final class Browser {
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

  private final URI base;
  private final CookieManager cookies = new CookieManager();
  private final HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();
  private String csrf = "";

  Browser(URI base) {
    this.base = base;
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(base.resolve(path)).header("accept", "text/html");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request.build());
  }

  /** Sends a form; names and values take turns. */
  HttpResponse<String> submit(String path, String... fields) throws Exception {
    var all = new ArrayList<>(List.of(fields));
    all.addAll(List.of("csrf", csrf));
    return post(path, List.of(), all.toArray(String[]::new));
  }

  HttpResponse<String> post(String path, List<String> headers, String... fields) throws Exception {
    var body = new ArrayList<String>();
    for (int i = 0; i < fields.length; i += 2) {
      body.add(fields[i] + "=" + URLEncoder.encode(fields[i + 1], UTF_8));
    }
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("&", body)));
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    return send(request.build());
  }

  String csrf() {
    return csrf;
  }

  List<HttpCookie> cookies() {
    return cookies.getCookieStore().getCookies();
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    Matcher token = CSRF.matcher(response.body());
    if (token.find()) {
      csrf = token.group(1);
    }
    return response;
  }

  /** What the form of a page says that it knows. */
  String etag(String page) throws Exception {
    Matcher found = Pattern.compile("name=\"etag\" value=\"([^\"]+)\"").matcher(get(page).body());
    assertThat(found.find()).as(page).isTrue();
    return found.group(1).replace("&quot;", "\"");
  }
}
