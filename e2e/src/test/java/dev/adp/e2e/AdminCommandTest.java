package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.store.MasterKey;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./adp admin reset-password} beside a running server. That it works without one shows
 * {@link StartTest}.
 */
@ExtendWith(World.class)
class AdminCommandTest {
  private static final String NAME = "rescued";
  private static final String USER = "/v1/users/" + NAME;

  @TempDir private Path folder;

  private final Program program;
  private final Rest rest;
  private final Program command;

  AdminCommandTest(Program program) {
    this.program = program;
    rest = program.rest();
    command = Program.prepared("up", program.data());
  }

  @AfterEach
  void nobodyElseMeetsAnotherAdmin() {
    rest.call("DELETE", USER, "");
  }

  @Test
  void whoeverItIsBecomesAnAdminSignsInAndIsSignedOutElsewhere() {
    var old = new PortalSession(program.portal(), NAME, create("Reader"));
    assertThat(old.status("/providers")).isEqualTo(200);

    assertThat(command.run("admin", "reset-password", NAME)).as(() -> command.err()).isZero();
    String password = password(command);
    assertThat(old.status("/providers")).isEqualTo(303);
    var fresh = new PortalSession(program.portal(), NAME, password);
    assertThat(fresh.status("/users")).as("which only an Admin sees").isEqualTo(200);

    JsonObject line = latest();
    assertThat(line.getString("actor")).isEqualTo("reset-password");
    assertThat(line.getString("surface")).isEqualTo("cli");
    assertThat(line.getString("action")).isEqualTo("user_update");
    assertThat(line.getJsonObject("before").getString("role")).isEqualTo("Reader");
    assertThat(line.getJsonObject("after"))
        .isEqualTo(
            new JsonObject()
                .put("name", NAME)
                .put("email", "rescued@example.com")
                .put("role", "Admin")
                .put("blocked", false)
                .put("password_replaced", true));
    assertThat(program.out() + program.err()).doesNotContain(password);
  }

  @Test
  void aPasswordByStandardInputUnblocksAndIsPrintedNowhere() throws IOException {
    create("Admin");
    rest.patch(USER, new JsonObject().put("blocked", true));
    Path input = Files.writeString(folder.resolve("password"), "an umbrella für übermorgen\n");
    assertThat(command.run(input, "admin", "reset-password", NAME, "--password-stdin"))
        .as(() -> command.err())
        .isZero();
    assertThat(command.out())
        .contains("User \"rescued\" (rescued@example.com) is an Admin, is not blocked")
        .doesNotContain("umbrella");
    var session = new PortalSession(program.portal(), NAME, "an umbrella für übermorgen");
    assertThat(session.status("/users")).isEqualTo(200);
  }

  @Test
  void whatKeepsNoRuleChangesNothing() throws IOException {
    create("Reader");
    JsonObject before = rest.get(USER);
    Path weak = Files.writeString(folder.resolve("password"), "too short\n");
    assertThat(command.run(weak, "admin", "reset-password", NAME, "--password-stdin")).isOne();
    assertThat(command.err()).isEqualTo("adp: password: must have from 12 to 128 characters.");
    Path email = Files.writeString(folder.resolve("password"), "Rescued@Example.com\n");
    assertThat(command.run(email, "admin", "reset-password", NAME, "--password-stdin")).isOne();
    assertThat(command.err()).endsWith("must not be the user's name or e-mail address.");
    assertThat(rest.get(USER)).isEqualTo(before);
  }

  @Test
  void whoHasNotTheMasterKeyChangesNothing() {
    create("Reader");
    JsonObject before = rest.get(USER);
    Program stranger =
        Program.prepared("up", program.data(), "ADP_MASTER_KEY", MasterKey.generate());
    assertThat(stranger.run("admin", "reset-password", NAME)).isOne();
    assertThat(stranger.err()).startsWith("adp: the master key (fingerprint ");
    Program elsewhere = Program.prepared("up", folder);
    assertThat(elsewhere.run("admin", "reset-password", NAME)).isOne();
    assertThat(elsewhere.err()).startsWith("adp: there is no database in " + folder);
    assertThat(rest.get(USER)).isEqualTo(before);
  }

  @Test
  void aNewUserIsMadeOnlyWhereThatIsSaid() {
    assertThat(command.run("admin", "reset-password", NAME)).isOne();
    assertThat(command.err())
        .startsWith("adp: there is no user \"rescued\"; Admins are: admin")
        .endsWith("With --create EMAIL the user is made.");
    assertThat(rest.call("GET", USER, "").statusCode()).isEqualTo(404);

    assertThat(command.run("admin", "reset-password", NAME, "--create", "rescued@example.com"))
        .as(() -> command.err())
        .isZero();
    var session = new PortalSession(program.portal(), NAME, password(command));
    assertThat(session.status("/users")).isEqualTo(200);
    assertThat(latest().getString("action")).isEqualTo("user_create");
    assertThat(latest().getString("surface")).isEqualTo("cli");
  }

  /** Makes the user and returns his password. */
  private String create(String role) {
    var user =
        new JsonObject().put("name", NAME).put("email", "rescued@example.com").put("role", role);
    return rest.post("/v1/users", user).getString("password");
  }

  /** The latest line about him. */
  private JsonObject latest() {
    return rest.get("/v1/audit-log?resource=users/" + NAME)
        .getJsonArray("audit_log")
        .getJsonObject(0);
  }

  static String password(Program command) {
    assertThat(command.out()).contains("Password, shown this once: ");
    return command.out().replaceFirst("(?s).*this once: ", "").strip();
  }
}
