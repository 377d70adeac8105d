package dev.adp.e2e;

import static dev.adp.e2e.FaultyControlPlane.GONE;
import static dev.adp.e2e.FaultyControlPlane.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
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
  private static final String ADDRESS = "redpanda_service_account.it";

  private final FaultyControlPlane server = new FaultyControlPlane();
  private final Terraform terraform;

  TerraformFailuresTest(Program program, TerraformPlugin plugin) throws IOException {
    terraform =
        Terraform.reattached(plugin, program)
            .with("TF_VAR_endpoint", server.url())
            .config(account("Before"));
  }

  @AfterEach
  void close() {
    terraform.close();
    server.close();
  }

  private static String account(String displayName) {
    return """
    resource "redpanda_service_account" "it" {
      name         = "faulty"
      display_name = "%s"
      role         = "Reader"
    }
    """
        .formatted(displayName);
  }

  private Terraform.Run apply() {
    return terraform.run("apply", "-auto-approve", "-input=false");
  }

  private boolean isInTheState() {
    return terraform.run("state", "list").text().contains(ADDRESS);
  }

  private static int errors(Terraform.Run run) {
    return run.text().split("Error: ", -1).length - 1;
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
    apply().succeeds();
    terraform.requireNoChanges();
    assertThat(terraform.state(ADDRESS).getString("id")).isEqualTo("faulty");
    assertThat(server.count("POST")).isOne();
  }

  @Test
  void whatWasNotMadeIsNotInTheStateAndSaidOnce() {
    server.instead("POST", problem(503, "UNAVAILABLE"));
    Terraform.Run run = apply().failsWith("The control plane failed", "told to fail", "r1");
    assertThat(errors(run)).isOne();
    assertThat(isInTheState()).isFalse();
    assertThat(server.count("POST")).isOne(); // A second one could make a second one.
    server.mend();
    terraform.apply();
  }

  @Test
  void whatMayHaveBeenMadeIsSaidWhenNobodyCanLook() {
    server.instead("POST", problem(503, "UNAVAILABLE"));
    server.instead("GET", problem(503, "UNAVAILABLE"));
    Terraform.Run run =
        apply()
            .failsWith(
                "The control plane failed",
                "service account \"faulty\" may have been created",
                "terraform import redpanda_service_account.NAME faulty");
    assertThat(errors(run)).isEqualTo(2);
    assertThat(isInTheState()).isFalse();
  }

  @Test
  void aServerThatIsTooBusyIsAskedAFewTimesAndPeopleAreToldWhatHelps() {
    server.instead("POST", problem(429, "RESOURCE_EXHAUSTED"));
    Terraform.Run run = apply().failsWith("Too many requests", "smaller -parallelism");
    assertThat(errors(run)).isOne();
    assertThat(server.count("POST")).isEqualTo(5);
    assertThat(isInTheState()).isFalse();
  }

  @Test
  void whatCannotBeDeletedStaysInTheState() {
    terraform.apply();
    server.instead("DELETE", problem(500, "INTERNAL"));
    terraform
        .run("destroy", "-auto-approve", "-input=false")
        .failsWith("The control plane failed", "told to fail");
    assertThat(isInTheState()).isTrue();
    terraform.requireNoChanges();
    server.mend();
    terraform.destroy();
    assertThat(isInTheState()).isFalse();
  }

  @Test
  void whatCannotBeChangedStaysAsItWasInTheState() {
    terraform.apply();
    server.instead("PATCH", problem(500, "INTERNAL"));
    terraform.config(account("After"));
    apply().failsWith("The control plane failed");
    assertThat(terraform.state(ADDRESS).getString("display_name")).isEqualTo("Before");
    server.mend();
    assertThat(terraform.plan(ADDRESS).actions()).containsExactly("update");
    terraform.apply();
    assertThat(terraform.state(ADDRESS).getString("display_name")).isEqualTo("After");
  }

  /** Somebody deletes it between the plan and its being applied. */
  @Test
  void whatIsGoneWhenItIsToBeChangedIsSaidAndCreatedByTheNextPlan() {
    terraform.apply();
    terraform.config(account("After"));
    server.instead("PATCH", GONE);
    apply().failsWith("service account \"faulty\" is gone", "Plan again to create it anew");
    server.forget();
    assertThat(terraform.plan(ADDRESS).actions()).containsExactly("create");
    server.mend();
    terraform.apply();
  }
}
