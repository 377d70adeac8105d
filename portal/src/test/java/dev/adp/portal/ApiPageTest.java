package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.api.ApiDocument;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page about the REST API shows all of its document. */
class ApiPageTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  @Test
  void anybodyFindsEveryOperationAndSchema() throws Exception {
    HttpResponse<String> page = new Browser(portal.url()).get("/docs/api");
    assertThat(page.statusCode()).isEqualTo(200);
    JsonObject document = new ApiDocument().json();
    JsonObject paths = document.getJsonObject("paths");
    List<String> ids = all("id=\"([^\"]+)\"", page.body());
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(all("\"operationId\":\"([^\"]+)\"", paths.encode())).isNotEmpty().isSubsetOf(ids);
    assertThat(document.getJsonObject("components").getJsonObject("schemas").fieldNames())
        .allSatisfy(name -> assertThat(ids).contains("schema-" + name));
    assertThat(all("href=\"#([^\"]+)\"", page.body())).isNotEmpty().isSubsetOf(ids);
    assertThat(page.body())
        .contains("dataplane_adp_secret_create", "at most 1000", "default 50", "If-Match");
  }

  @Test
  void needsNothingThatThePolicyOfTheBrowserForbids() throws Exception {
    HttpResponse<String> page = new Browser(portal.url()).get("/docs/api");
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'self';");
    assertThat(page.body()).doesNotContain("style=", "data:", "<script>", "onclick");
  }

  @Test
  void whoIsSignedInKeepsTheWayBack() throws Exception {
    assertThat(portal.signedIn("reader").get("/docs/api").body()).contains("href=\"/secrets\"");
    assertThat(new Browser(portal.url()).get("/docs/api").body())
        .doesNotContain("href=\"/secrets\"");
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(found -> found.group(1)).toList();
  }
}
