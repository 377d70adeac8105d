package dev.adp.terraform.rpc;

import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.util.function.Consumer;

/**
 * Whether the provider has been configured, in one process.
 *
 * @param <C> what the configured provider gives its resources to work with
 */
final class Session<C> {
  private sealed interface Phase<C> {
    record Unconfigured<C>() implements Phase<C> {}

    /** Parts of the configuration are known only after other resources have been applied. */
    record Waiting<C>() implements Phase<C> {}

    record Ready<C>(C client) implements Phase<C> {}
  }

  private volatile Phase<C> phase = new Phase.Unconfigured<>();

  void configured(C client) {
    phase = new Phase.Ready<>(client);
  }

  void waiting() {
    phase = new Phase.Waiting<>();
  }

  boolean isWaiting() {
    return phase instanceof Phase.Waiting;
  }

  void ifReady(Consumer<C> action) {
    if (phase instanceof Phase.Ready(var client)) {
      action.accept(client);
    }
  }

  C client() {
    return switch (phase) {
      case Phase.Ready(var client) -> client;
      case Phase.Waiting() ->
          throw new Refusal(
              Diagnostic.error(
                  "Provider configuration not known yet",
                  "The provider block depends on values that are known only after other resources"
                      + " have been applied. Apply those first, for example with -target, or give"
                      + " the values by variables or by the environment."));
      case Phase.Unconfigured() ->
          throw new Refusal(
              Diagnostic.error(
                  "Provider not configured", "Terraform has not configured this provider."));
    };
  }
}
