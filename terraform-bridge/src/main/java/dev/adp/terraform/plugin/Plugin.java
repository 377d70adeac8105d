package dev.adp.terraform.plugin;

import io.grpc.Attributes;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private static final int END_S_MAX = 1;

  /** As long as Terraform waits for a plugin: by then it has connected, or is gone. */
  private static final Duration CONNECT_MAX = Duration.ofMinutes(1);

  private final String service;
  private final Supplier<Map<String, Function<byte[], byte[]>>> methods;
  private final Map<String, String> environment;
  private final HclLog log;
  private final Duration connectMax;
  private final CountDownLatch end = new CountDownLatch(1);

  /**
   * A plugin that answers the calls of one service.
   *
   * @param methods what answers each call, by its name
   */
  public Plugin(
      String service,
      Supplier<Map<String, Function<byte[], byte[]>>> methods,
      Map<String, String> environment,
      HclLog log) {
    this(service, methods, environment, log, CONNECT_MAX);
  }

  Plugin(
      String service,
      Supplier<Map<String, Function<byte[], byte[]>>> methods,
      Map<String, String> environment,
      HclLog log,
      Duration connectMax) {
    this.service = service;
    this.methods = methods;
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
    // The key takes as long to make as gRPC takes to load, so both happen at once.
    CompletableFuture<Optional<SelfSignedCertificate>> making =
        CompletableFuture.supplyAsync(
            () -> theirs.map(_ -> SelfSignedCertificate.create(Clock.systemUTC().instant())));
    List<ServerServiceDefinition> services = services();
    Optional<SelfSignedCertificate> ours = making.join();
    ServerCredentials credentials =
        ours.isPresent()
            ? MutualTls.credentials(ours.get(), theirs.orElseThrow())
            : InsecureServerCredentials.create();
    var client = new EndsWithItsClient();
    Server server = start(credentials, services, client);
    out.println(handshake(server.getPort(), ours));
    out.flush();
    ProcessHandle.current().parent().ifPresent(this::endWith);
    // A parent that has died before it could be watched would leave this process behind.
    if (!end.await(connectMax.toMillis(), TimeUnit.MILLISECONDS)) {
      if (client.hasCome()) {
        end.await();
      } else {
        log.log(HclLog.Level.WARN, "nobody has connected: ending");
      }
    }
    stop(server);
    return 0;
  }

  /**
   * Serves whoever connects, until this process is killed: the debug mode.
   *
   * @return the exit code
   */
  public int reattach(String address, PrintStream out) throws IOException, InterruptedException {
    Server server =
        start(InsecureServerCredentials.create(), services(), new ServerTransportFilter() {});
    out.printf(
        Locale.ROOT,
        "TF_REATTACH_PROVIDERS={\"%s\":{\"Protocol\":\"grpc\",\"ProtocolVersion\":%d,\"Pid\":%d,"
            + "\"Test\":true,\"Addr\":{\"Network\":\"tcp\",\"String\":\"127.0.0.1:%d\"}}}%n",
        address,
        PROTOCOL,
        ProcessHandle.current().pid(),
        server.getPort());
    out.flush();
    server.awaitTermination();
    return 0;
  }

  private List<ServerServiceDefinition> services() {
    return new GrpcServices(log).all(service, methods.get(), end::countDown);
  }

  private Server start(
      ServerCredentials credentials,
      List<ServerServiceDefinition> services,
      ServerTransportFilter filter)
      throws IOException {
    var builder =
        OkHttpServerBuilder.forPort(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials)
            .executor(
                Executors.newCachedThreadPool(
                    task -> Thread.ofPlatform().daemon().name("rpc").unstarted(task)))
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .addTransportFilter(filter);
    return builder.addServices(services).build().start();
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
      return String.format(
          Locale.ROOT, // Terraform reads the digits 0 to 9, not those of the user's language.
          "%d|%d|tcp|127.0.0.1:%d|grpc|%s",
          CORE_VERSION,
          PROTOCOL,
          port,
          certificate);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private void endWith(ProcessHandle parent) {
    var _ = parent.onExit().thenRun(end::countDown);
  }

  /** A thread that waits in native code would hold up the end of the JVM, so all are let go. */
  private static void stop(Server server) throws InterruptedException {
    server.shutdownNow();
    server.awaitTermination(END_S_MAX, TimeUnit.SECONDS);
  }

  /**
   * A plugin has one client; when that is gone, nobody will say that it is time to end. Whoever was
   * not let in, a port scan for example, is no client and ends nothing.
   */
  private final class EndsWithItsClient extends ServerTransportFilter {
    private static final Attributes.Key<Boolean> LET_IN = Attributes.Key.create("let-in");

    private final AtomicInteger clients = new AtomicInteger();
    private volatile boolean come;

    boolean hasCome() {
      return come;
    }

    @Override
    public Attributes transportReady(Attributes attributes) {
      clients.incrementAndGet();
      come = true;
      return attributes.toBuilder().set(LET_IN, true).build();
    }

    @Override
    public void transportTerminated(@Nullable Attributes attributes) {
      boolean wasLetIn = attributes != null && attributes.get(LET_IN) != null;
      if (wasLetIn && clients.decrementAndGet() == 0) {
        end.countDown();
      }
    }
  }
}
