package dev.adp.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.domain.Role;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people see of an error of ours. */
class ErrorPagesTest {
  @RegisterExtension static final PortalExtension portal = new PortalExtension();

  @BeforeAll
  static void addUser() throws Exception {
    portal.addUser("invoker", Role.LLM_PROVIDER_INVOKER);
  }

  /** The smallest that takes nothing away: a user has one role. */
  @ParameterizedTest
  @CsvSource({
    "invoker, /providers, llmprovider_list, Writer",
    "reader, /providers/-/new, llmprovider_create, Writer",
    "reader, /transcripts, transcript_list, Admin",
    "writer, /users, user_list, Admin"
  })
  void whoeverLacksAPermissionIsToldTheRoleThatHasIt(
      String user, String path, String permission, String role) throws Exception {
    HttpResponse<String> page = portal.signedIn(user).get(path);
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body())
        .contains("Your account lacks permission dataplane_adp_" + permission + ".")
        .contains("Ask an administrator for a role that also has it: " + role + " is the least.");
  }

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
