package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Connect tab of providers shows to the administrator, to be copied. */
final class ConnectPage {
  private final PortalSession session;

  /** Signs in. */
  ConnectPage(Program program) {
    JsonObject credentials = program.credentials();
    session =
        new PortalSession(
            program.portal(), credentials.getString("username"), credentials.getString("password"));
  }

  /**
   * A text as a person copies it.
   *
   * @param query which tabs are open
   * @param id of the text
   */
  String text(String provider, String query, String id) {
    String page = session.page("/providers/" + provider + "/connect?" + query);
    Matcher code = Pattern.compile("(?s)<code id=\"" + id + "\">(.*?)</code>").matcher(page);
    assertThat(code.find()).as(page).isTrue();
    return code.group(1)
        .replaceAll("<[^>]+>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }
}
