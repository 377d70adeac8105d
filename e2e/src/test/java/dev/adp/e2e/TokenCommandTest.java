package dev.adp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code ./adp token}, for the stored credentials and for others. */
@ExtendWith(World.class)
class TokenCommandTest {
  @Test
  void theTokenIsOfTheCredentialThatTheEnvironmentGives(Program program) {
    program
        .rest()
        .post(
            "/v1/service-accounts",
            new JsonObject().put("name", "ci").put("display_name", "CI").put("role", "Reader"));
    JsonObject credential =
        program.rest().post("/v1/service-accounts/ci/credentials", new JsonObject());
    String secret = credential.getString("client_secret");
    Program ci =
        Program.prepared(
            "up",
            program.data(),
            "REDPANDA_CLIENT_ID",
            credential.getString("client_id"),
            "REDPANDA_CLIENT_SECRET",
            secret);
    assertThat(ci.run("token")).as(() -> ci.err()).isZero();
    var asReader = new Rest(program.rest().url(), ci.out().strip());
    assertThat(asReader.call("GET", "/v1/users", "").statusCode()).isEqualTo(403);
    // As a pod has it that did not start the installation: nothing is stored there.
    Program elsewhere =
        Program.prepared(
            "up",
            "ADP_PUBLIC_URL",
            program.portal().toString(),
            "REDPANDA_CLIENT_ID",
            credential.getString("client_id"),
            "REDPANDA_CLIENT_SECRET",
            secret);
    assertThat(elsewhere.run("token")).as(() -> elsewhere.err()).isZero();
    assertThat(ci.run("token", credential.getString("client_id"), secret)).isOne();
    assertThat(ci.err()).contains("REDPANDA_CLIENT_SECRET").doesNotContain(secret);
  }

  @Test
  void halfACredentialIsNone(Program program) {
    Program half = Program.prepared("up", program.data(), "REDPANDA_CLIENT_ID", "id");
    assertThat(half.run("token")).isOne();
    assertThat(half.err()).contains("REDPANDA_CLIENT_SECRET");
  }
}
