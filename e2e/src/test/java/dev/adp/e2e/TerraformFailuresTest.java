package dev.adp.e2e;

import static dev.adp.e2e.FaultyControlPlane.GONE;
import static dev.adp.e2e.FaultyControlPlane.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the state holds after a run that went wrong, with the real Terraform: never less than there
 * is, and never more.
 */
@ExtendWith({World.class, TerraformPlugin.Resolver.class})
class TerraformFailuresTest {
  /** A resource that the control plane has only one of. */
  enum Kind {
    SECRET("secret", "FAULTY", "secret_data_wo = \"sk-faulty\"\nlabels = { text = \"%s\" }"),
    GUARDRAIL(
        "guardrail",
        "faulty",
        """
        display_name   = "%s"
        bedrock_config = {
          region               = "us-east-1"
          guardrail_identifier = "gr4k7l2m9xyz"
          guardrail_version    = "1"
        }
        """),
    SERVICE_ACCOUNT("service account", "faulty", "display_name = \"%s\"\nrole = \"Reader\""),
    LLM_PROVIDER(
        "LLM provider",
        "faulty",
        "display_name = \"%s\"\nanthropic_config = { authorization_passthrough = true }");

    private final String title;
    private final String id;
    private final String body;

    Kind(String title, String id, String body) {
      this.title = title;
      this.id = id;
      this.body = body;
    }

    private String type() {
      return "redpanda_" + name().toLowerCase(java.util.Locale.ROOT);
    }

    private String address() {
      return type() + ".it";
    }

    private String subject() {
      return "%s \"%s\"".formatted(title, id);
    }

    private String updates() {
      return this == SECRET ? "PUT" : "PATCH";
    }

    private String hcl(String text) {
      return "resource \"%s\" \"it\" {\n  name = \"%s\"\n%s\n}\n"
          .formatted(type(), id, body.formatted(text));
    }

    private String text(JsonObject state) {
      return this == SECRET
          ? state.getJsonObject("labels").getString("text")
          : state.getString("display_name");
    }
  }

  private final FaultyControlPlane server = new FaultyControlPlane();
  private final Terraform terraform;

  TerraformFailuresTest(Program program, TerraformPlugin plugin) throws IOException {
    terraform = Terraform.reattached(plugin, program).with("TF_VAR_endpoint", server.url());
  }

  @AfterEach
  void close() {
    terraform.close();
    server.close();
  }

  private Terraform.Run apply() {
    return terraform.run("apply", "-auto-approve", "-input=false");
  }

  private boolean isInTheState(Kind kind) {
    return terraform.run("state", "list").text().contains(kind.address());
  }

  /** What becomes of the answer to a request that was carried out. */
  enum Loss {
    CONNECTION {
      @Override
      void of(HttpExchange exchange) {
        exchange.close();
      }
    },
    ANSWER_OF_THE_PROXY {
      @Override
      void of(HttpExchange exchange) throws IOException {
        FaultyControlPlane.send(exchange, 504, "text/html", "<h1>Gateway Timeout</h1>");
      }
    },
    SUCCESS_OF_THE_PROXY {
      @Override
      void of(HttpExchange exchange) throws IOException {
        FaultyControlPlane.send(exchange, 200, "text/html", "<h1>OK</h1>");
      }
    };

    abstract void of(HttpExchange exchange) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMadeWithoutAnAnswerIsInTheStateAndNotMadeTwice(Loss loss) {
    server.instead(
        "POST",
        (exchange, body) -> {
          server.act(exchange, body);
          loss.of(exchange);
        });
    terraform.config(Kind.SERVICE_ACCOUNT.hcl("Before"));
    apply().succeeds();
    terraform.requireNoChanges();
    assertThat(terraform.state(Kind.SERVICE_ACCOUNT.address()).getString("id")).isEqualTo("faulty");
    assertThat(server.count("POST")).isOne();
  }

  @ParameterizedTest
  @EnumSource
  void aLostConnectionLosesNoResourceOfAnyKind(Kind kind) {
    server.instead(
        "POST",
        (exchange, body) -> {
          server.act(exchange, body);
          exchange.close();
        });
    terraform.config(kind.hcl("Before")).apply();
    assertThat(isInTheState(kind)).isTrue();
    assertThat(server.count("POST")).isOne();
  }

  /** It is there, so it must not be lost; it is not as it should be, so it is made anew. */
  @Test
  void whatIsMadeWithAnAnswerThatCannotBeReadIsTaintedAndMadeAnew() {
    Kind kind = Kind.LLM_PROVIDER;
    server.instead(
        "POST",
        (exchange, body) -> {
          server.act(exchange, body);
          FaultyControlPlane.send(exchange, 201, "application/json", "{\"name\":\"faulty\"}");
        });
    terraform.config(kind.hcl("Before"));
    assertThat(apply().failsWith("The answer cannot be read").errors()).isOne();
    assertThat(terraform.tainted()).containsExactly(kind.address());
    server.mend();
    Terraform.Change change = terraform.plan(kind.address());
    assertThat(change.actions()).containsExactly("delete", "create");
    terraform.applyPlanned();
    assertThat(terraform.tainted()).isEmpty();
    assertThat(server.count("DELETE")).isOne();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasNotMadeIsNotInTheStateAndSaidOnce(Kind kind) {
    terraform.config(kind.hcl("Before"));
    server.instead("POST", problem(503, "UNAVAILABLE"));
    Terraform.Run run = apply().failsWith("The control plane failed", "told to fail", "r1");
    assertThat(run.errors()).isOne();
    assertThat(isInTheState(kind)).isFalse();
    assertThat(server.count("POST")).isOne(); // A second one could make a second one.
    server.mend();
    terraform.apply();
  }

  @Test
  void whatMayHaveBeenMadeIsSaidWhenNobodyCanLook() {
    terraform.config(Kind.SERVICE_ACCOUNT.hcl("Before"));
    server.instead("POST", problem(503, "UNAVAILABLE"));
    server.instead("GET", problem(503, "UNAVAILABLE"));
    Terraform.Run run =
        apply()
            .failsWith(
                "The control plane failed",
                "service account \"faulty\" may have been created",
                "terraform import redpanda_service_account.NAME faulty");
    assertThat(run.errors()).isEqualTo(2);
    assertThat(isInTheState(Kind.SERVICE_ACCOUNT)).isFalse();
  }

  @Test
  void aServerThatIsTooBusyIsAskedAFewTimesAndPeopleAreToldWhatHelps() {
    terraform.config(Kind.SERVICE_ACCOUNT.hcl("Before"));
    server.instead("POST", problem(429, "RESOURCE_EXHAUSTED"));
    Terraform.Run run = apply().failsWith("Too many requests", "smaller -parallelism");
    assertThat(run.errors()).isOne();
    assertThat(server.count("POST")).isEqualTo(5);
    assertThat(isInTheState(Kind.SERVICE_ACCOUNT)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeDeletedStaysInTheState(Kind kind) {
    terraform.config(kind.hcl("Before")).apply();
    server.instead("DELETE", problem(500, "INTERNAL"));
    terraform
        .run("destroy", "-auto-approve", "-input=false")
        .failsWith("The control plane failed", "told to fail");
    assertThat(isInTheState(kind)).isTrue();
    terraform.requireNoChanges();
    server.mend();
    terraform.destroy();
    assertThat(isInTheState(kind)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeChangedStaysAsItWasInTheState(Kind kind) {
    terraform.config(kind.hcl("Before")).apply();
    server.instead(kind.updates(), problem(500, "INTERNAL"));
    terraform.config(kind.hcl("After"));
    apply().failsWith("The control plane failed");
    assertThat(kind.text(terraform.state(kind.address()))).isEqualTo("Before");
    server.mend();
    assertThat(terraform.plan(kind.address()).actions()).containsExactly("update");
    terraform.apply();
    assertThat(kind.text(terraform.state(kind.address()))).isEqualTo("After");
  }

  /** Somebody deletes it between the plan and its being applied. */
  @ParameterizedTest
  @EnumSource
  void whatIsGoneWhenItIsToBeChangedIsSaidAndCreatedByTheNextPlan(Kind kind) {
    terraform.config(kind.hcl("Before")).apply();
    terraform.config(kind.hcl("After"));
    server.instead(kind.updates(), GONE);
    apply().failsWith(kind.subject() + " is gone", "Plan again to create it anew");
    server.forget();
    assertThat(terraform.plan(kind.address()).actions()).containsExactly("create");
    server.mend();
    terraform.apply();
  }

  /** An ephemeral credential that stays behind is said to, with its end. */
  @Test
  void aCredentialThatCannotBeRevokedIsSaid() {
    server.instead(
        "POST",
        (exchange, _) ->
            FaultyControlPlane.send(
                exchange,
                201,
                "application/json",
                """
                {"id":"c1","client_id":"c1","client_secret":"s","expires_at":"2026-01-01T01:00:00Z"}
                """));
    server.instead("DELETE", problem(500, "INTERNAL"));
    terraform
        .config(
            """
            ephemeral "redpanda_service_account_credential" "it" {
              service_account = "faulty"
            }
            """)
        .run("plan", "-input=false")
        .failsWith("The control plane failed", "Credential c1 was not revoked", "ends by itself");
    assertThat(server.count("DELETE")).isOne();
  }
}
