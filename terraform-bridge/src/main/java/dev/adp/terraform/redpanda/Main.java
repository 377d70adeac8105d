package dev.adp.terraform.redpanda;

import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.plugin.Plugin;
import dev.adp.terraform.rpc.ProviderCalls;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** The process that Terraform starts. */
public final class Main {
  /** Where the provider is found in a registry. */
  public static final String ADDRESS = "registry.terraform.io/agentic-data-plane/redpanda";

  private Main() {}

  /**
   * Serves the provider.
   *
   * @param arguments none; {@code --reattach} to serve without being started by Terraform; {@code
   *     --rehearse} and a command that starts the provider, to let it do everything once
   */
  public static void main(String[] arguments) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(Main::panic);
    Locale.setDefault(Locale.ROOT); // What is written is read by programs, and English.
    Map<String, String> environment = System.getenv();
    var log = new HclLog(System.err, HclLog.threshold("redpanda", environment), Clock.systemUTC());
    var plugin =
        new Plugin(
            () -> {
              var calls = new ProviderCalls<>(new RedpandaProvider(environment, log));
              return new Plugin.Service(ProviderCalls.SERVICE, calls.methods(), calls::end);
            },
            environment,
            log);
    int status =
        switch (arguments.length == 0 ? "" : arguments[0]) {
          case "--reattach" -> plugin.reattach(ADDRESS, System.out);
          case "--rehearse" -> Rehearsal.run(Arrays.asList(arguments).subList(1, arguments.length));
          default -> plugin.serve(System.out, System.err);
        };
    // Not exit: its hooks and its log are worth nothing here and take a tenth of a second.
    Runtime.getRuntime().halt(status);
  }

  /** Terraform shows what follows this word when the plugin is gone. */
  private static void panic(Thread thread, Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable shown = failure instanceof CompletionException && cause != null ? cause : failure;
    System.err.println("panic: " + shown.getClass().getName());
    for (StackTraceElement element : shown.getStackTrace()) {
      System.err.println("\tat " + element);
    }
    Runtime.getRuntime().halt(2);
  }
}
