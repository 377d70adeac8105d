package dev.adp;

import dev.adp.demo.DemoContent;
import dev.adp.demo.EchoModel;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** {@code up}, {@code demo} and the other commands that the launcher runs. */
public final class Main {
  private Main() {}

  /** Runs one command; exits with 1 and one sentence when it cannot. */
  public static void main(String[] arguments) throws InterruptedException {
    String command = arguments.length == 0 ? "" : arguments[0];
    try {
      switch (command) {
        case "up" -> run(false);
        case "demo" -> run(true);
        case "token" -> TokenCommand.run(List.of(arguments).subList(1, arguments.length));
        case "catalog" -> CatalogCommand.run(List.of(arguments).subList(1, arguments.length));
        case "doctor" ->
            DoctorCommand.run(System.getenv(), List.of(arguments).subList(1, arguments.length));
        case "rotate-master-key" ->
            RotateMasterKeyCommand.run(
                System.getenv(), List.of(arguments).subList(1, arguments.length));
        case "admin" ->
            AdminCommand.run(
                System.getenv(), List.of(arguments).subList(1, arguments.length), System.in);
        case "usage" ->
            UsageCommand.run(System.getenv(), List.of(arguments).subList(1, arguments.length));
        case "migrate" -> MigrateCommand.run(System.getenv());
        case "health" -> HealthCommand.run(System.getenv());
        case "version" -> System.out.println("ADP " + version());
        default ->
            throw new StartFailure(
                "say what to run: up, demo, token, catalog, doctor, rotate-master-key, admin, usage,"
                    + " migrate, health or version.");
      }
    } catch (StartFailure e) {
      System.err.println("adp: " + e.getMessage());
      System.exit(1);
    } catch (RuntimeException | Error e) {
      e.printStackTrace(); // Threads that are not daemons would keep half a server up.
      System.exit(1);
    }
  }

  /**
   * As the manifest of the jar has it, so that it is told by what runs and not by what was built.
   */
  private static String version() {
    return Objects.requireNonNullElse(
        Main.class.getPackage().getImplementationVersion(), "unpacked");
  }

  private static void run(boolean demo) throws InterruptedException {
    Config config = Config.of(System.getenv(), demo);
    Server server = new Server(config, Ports.of(config, demo));
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stopped.countDown();
                },
                "adp-stop"));
    if (demo) {
      demo(server, config);
    }
    System.out.println(Welcome.text(config, server.parts().firstRun(), demo));
    stopped.await();
  }

  private static void demo(Server server, Config config) {
    StoreParts parts = server.parts();
    String url;
    try {
      url = EchoModel.start(server.vertx(), config.echoPort());
    } catch (Exception e) {
      throw Ports.startFailure(e, Ports.Port.echo(config));
    }
    new DemoContent(
            parts.providers(),
            parts.secrets(),
            parts.accounts(),
            parts.journal(),
            parts.transcripts())
        .prepare(url);
  }
}
