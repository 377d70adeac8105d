package dev.adp.terraform.plugin;

import dev.adp.terraform.grpc.GrpcMethod;
import dev.adp.terraform.grpc.GrpcServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A plugin process: started by Terraform, it says on standard output where it listens, serves until
 * it is told to end or until its client is gone, and ends.
 */
public final class Plugin {
  private static final String COOKIE_NAME = "TF_PLUGIN_MAGIC_COOKIE";

  /** What tells Terraform from people. */
  public static final String COOKIE =
      "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

  private static final int CORE_VERSION = 1;
  private static final int PROTOCOL = 6;
  static final int MESSAGE_BYTES_MAX = 256 << 20;
  private static final int BACKLOG = 50;

  /** As long as Terraform waits for a plugin: by then it has connected, or is gone. */
  private static final Duration CONNECT_MAX = Duration.ofMinutes(1);

  private final Supplier<Service> service;
  private final Map<String, String> environment;
  private final HclLog log;
  private final Duration connectMax;
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * What a plugin serves: the calls of one gRPC service.
   *
   * @param methods what answers each call, by its name
   * @param end lets go of all that would hold up the end of the process
   */
  public record Service(String name, Map<String, Function<byte[], byte[]>> methods, Runnable end) {}

  /**
   * A plugin that serves something.
   *
   * @param service asked for in the background, since Terraform need not wait for it
   */
  public Plugin(Supplier<Service> service, Map<String, String> environment, HclLog log) {
    this(service, environment, log, CONNECT_MAX);
  }

  Plugin(
      Supplier<Service> service, Map<String, String> environment, HclLog log, Duration connectMax) {
    this.service = service;
    this.environment = environment;
    this.log = log;
    this.connectMax = connectMax;
  }

  /**
   * Serves the process that has started this one, and returns when it has ended.
   *
   * @return the exit code
   */
  public int serve(PrintStream out, PrintStream err) throws IOException, InterruptedException {
    if (!COOKIE.equals(environment.get(COOKIE_NAME))) {
      err.println(
          """
          This binary is a plugin. These are not meant to be executed directly.
          Terraform starts it; with --reattach it serves without being started by Terraform.\
          """);
      return 1;
    }
    Optional<String> theirs = Optional.ofNullable(environment.get("PLUGIN_CLIENT_CERT"));
    ServerSocket socket = listening();
    var client = new EndsWithItsClient();
    // Terraform is told where to connect as soon as the certificate is made. Until it has connected
    // there is time for what takes longer: TLS, and the service.
    var ours = new CompletableFuture<SelfSignedCertificate>();
    CompletableFuture<Service> served = inBackground(service::get);
    CompletableFuture<GrpcServer> starting =
        inBackground(
            () -> {
              GrpcServer.Transport transport =
                  theirs.isPresent()
                      ? MutualTls.transport(ours::join, theirs.get())
                      : accepted -> accepted;
              GrpcServer server = server(socket, transport, served, client);
              Thread.ofPlatform().daemon().name("accept").start(server::serve);
              return server;
            });
    if (theirs.isPresent()) {
      ours.complete(SelfSignedCertificate.create(Clock.systemUTC().instant()));
    }
    out.println(handshake(socket.getLocalPort(), theirs.map(_ -> ours.join())));
    out.flush();
    GrpcServer server = starting.join();
    Service running = served.join();
    ProcessHandle.current().parent().ifPresent(this::endWith);
    // A parent that has died before it could be watched would leave this process behind.
    if (!end.await(connectMax.toMillis(), TimeUnit.MILLISECONDS)) {
      if (client.hasCome()) {
        end.await();
      } else {
        log.log(HclLog.Level.WARN, "nobody has connected: ending");
      }
    }
    server.close();
    running.end().run();
    return 0;
  }

  /**
   * Serves whoever connects, until this process is killed: the debug mode.
   *
   * @return the exit code
   */
  public int reattach(String address, PrintStream out) throws IOException {
    ServerSocket socket = listening();
    CompletableFuture<Service> served = CompletableFuture.completedFuture(service.get());
    GrpcServer server = server(socket, accepted -> accepted, served, new Anybody());
    out.printf(
        Locale.ROOT,
        "TF_REATTACH_PROVIDERS='{\"%s\":{\"Protocol\":\"grpc\",\"ProtocolVersion\":%d,\"Pid\":%d,"
            + "\"Test\":true,\"Addr\":{\"Network\":\"tcp\",\"String\":\"127.0.0.1:%d\"}}}'%n",
        address,
        PROTOCOL,
        ProcessHandle.current().pid(),
        socket.getLocalPort());
    out.flush();
    server.serve();
    return 0;
  }

  /** A socket of its own port, at which connections wait for the server to come. */
  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  }

  private static <T> CompletableFuture<T> inBackground(Callable<T> task) {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                result.complete(task.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  private GrpcServer server(
      ServerSocket socket,
      GrpcServer.Transport transport,
      CompletableFuture<Service> served,
      GrpcServer.Clients clients) {
    CompletableFuture<Map<String, GrpcMethod>> methods =
        served.thenApply(
            each -> new GrpcServices(log).all(each.name(), each.methods(), end::countDown));
    return new GrpcServer(socket, transport, methods::join, MESSAGE_BYTES_MAX, clients);
  }

  private static String handshake(int port, Optional<SelfSignedCertificate> ours) {
    try {
      // Without padding: Terraform's decoder knows none.
      String certificate =
          ours.isEmpty()
              ? ""
              : Base64.getEncoder()
                  .withoutPadding()
                  .encodeToString(ours.get().certificate().getEncoded());
      // Not by a format, which would write numbers in the digits of the user's language.
      return CORE_VERSION + "|" + PROTOCOL + "|tcp|127.0.0.1:" + port + "|grpc|" + certificate;
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endWith(ProcessHandle parent) {
    var _ = parent.onExit().thenRun(end::countDown);
  }

  /** In debug mode many come and go. */
  private class Anybody implements GrpcServer.Clients {
    @Override
    public void come() {}

    @Override
    public void gone() {}

    @Override
    public void failed(IOException why) {
      log.log(HclLog.Level.DEBUG, "a connection has failed", "error", String.valueOf(why));
    }
  }

  /**
   * A plugin has one client; when that is gone, nobody will say that it is time to end. Whoever was
   * not let in, a port scan for example, is no client and ends nothing.
   */
  private final class EndsWithItsClient extends Anybody {
    private final AtomicInteger clients = new AtomicInteger();
    private volatile boolean come;

    boolean hasCome() {
      return come;
    }

    @Override
    public void come() {
      clients.incrementAndGet();
      come = true;
    }

    @Override
    public void gone() {
      if (clients.decrementAndGet() == 0) {
        end.countDown();
      }
    }
  }
}
