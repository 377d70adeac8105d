package dev.adp.terraform.redpanda;

import dev.adp.terraform.plugin.HclLog;
import dev.adp.terraform.plugin.Plugin;
import dev.adp.terraform.rpc.ProviderCalls;
import java.time.Clock;
import java.util.Map;

/** The process that Terraform starts. */
public final class Main {
  /** Where the provider is found in a registry. */
  public static final String ADDRESS = "registry.terraform.io/agentic-data-plane/redpanda";

  private Main() {}

  /**
   * Serves the provider.
   *
   * @param arguments none, or {@code --reattach} to serve without being started by Terraform
   */
  public static void main(String[] arguments) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(Main::panic);
    Map<String, String> environment = System.getenv();
    var log = new HclLog(System.err, HclLog.threshold(environment), Clock.systemUTC());
    var provider = new RedpandaProvider(environment, log);
    var calls = new ProviderCalls<>(provider);
    var plugin = new Plugin(ProviderCalls.SERVICE, calls.methods(), environment, log);
    if (arguments.length == 1 && arguments[0].equals("--reattach")) {
      plugin.reattach(ADDRESS, System.out);
    }
    // Not exit: its hooks and its log are worth nothing here and take a tenth of a second.
    Runtime.getRuntime().halt(plugin.serve(System.out, System.err));
  }

  /** Terraform shows what follows this word when the plugin is gone. */
  private static void panic(Thread thread, Throwable failure) {
    System.err.println("panic: " + failure.getClass().getName());
    for (StackTraceElement element : failure.getStackTrace()) {
      System.err.println("\tat " + element);
    }
    Runtime.getRuntime().halt(2);
  }
}
