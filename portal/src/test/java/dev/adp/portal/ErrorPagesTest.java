package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people see of an error of ours. */
class ErrorPagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  @Test
  void anErrorOfOursNamesTheRequestThatTheLogTellsAbout() throws Exception {
    Browser browser = portal.signedIn("reader");
    portal.sql("alter table secret rename to elsewhere");
    try {
      HttpResponse<String> page = browser.get("/secrets");
      assertThat(page.statusCode()).isEqualTo(500);
      String id = page.headers().firstValue("x-request-id").orElseThrow();
      assertThat(page.body())
          .contains("Reference <code>" + id + "</code>")
          .doesNotContain("elsewhere");
    } finally {
      portal.sql("alter table elsewhere rename to secret");
    }
  }
}
