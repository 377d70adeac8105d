package dev.adp.terraform.plugin;

import io.grpc.Attributes;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerTransportFilter;
import io.grpc.okhttp.OkHttpServerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ServerSocketFactory;
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
  private static final String AUTHORITIES = "javax.net.ssl.trustStore";

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
    var ours = new CompletableFuture<SelfSignedCertificate>();
    // Terraform is told where to connect as soon as the certificate is made. Until it has connected
    // there is time for what takes longer: gRPC.
    CompletableFuture<Running> starting =
        inBackground(
            () -> {
              ServerCredentials credentials =
                  theirs.isPresent()
                      ? MutualTls.credentials(ours::join, theirs.get())
                      : InsecureServerCredentials.create();
              return start(socket, credentials, client);
            });
    if (theirs.isPresent()) {
      ours.complete(SelfSignedCertificate.create(Clock.systemUTC().instant()));
    }
    out.println(handshake(socket.getLocalPort(), theirs.map(_ -> ours.join())));
    out.flush();
    Running running = starting.join();
    ProcessHandle.current().parent().ifPresent(this::endWith);
    // A parent that has died before it could be watched would leave this process behind.
    if (!end.await(connectMax.toMillis(), TimeUnit.MILLISECONDS)) {
      if (client.hasCome()) {
        end.await();
      } else {
        log.log(HclLog.Level.WARN, "nobody has connected: ending");
      }
    }
    stop(running);
    return 0;
  }

  /**
   * Serves whoever connects, until this process is killed: the debug mode.
   *
   * @return the exit code
   */
  public int reattach(String address, PrintStream out) throws IOException, InterruptedException {
    Server server =
        start(listening(), InsecureServerCredentials.create(), new ServerTransportFilter() {})
            .server();
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

  /** A socket of its own port, at which connections wait for the server to come. */
  private static ServerSocket listening() throws IOException {
    var socket =
        new ServerSocket() {
          // The server binds what it is given, also when that is done already.
          @Override
          public void bind(SocketAddress address) throws IOException {
            if (!isBound()) {
              super.bind(address);
            }
          }
        };
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return socket;
  }

  private static ThreadFactory threads(String name) {
    return task -> Thread.ofPlatform().daemon().name(name).unstarted(task);
  }

  private record Running(Server server, Service service) {}

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

  private Running start(
      ServerSocket socket, ServerCredentials credentials, ServerTransportFilter filter)
      throws IOException {
    Service served = service.get();
    Server server =
        builder(socket, credentials)
            .socketFactory(new Given(socket))
            // Three pools where gRPC would make the latter two itself, with names that it formats.
            .executor(Executors.newCachedThreadPool(threads("rpc")))
            .transportExecutor(Executors.newCachedThreadPool(threads("transport")))
            .scheduledExecutorService(Executors.newScheduledThreadPool(1, threads("timer")))
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .addTransportFilter(filter)
            .addServices(new GrpcServices(log).all(served.name(), served.methods(), end::countDown))
            .build()
            .start();
    return new Running(server, served);
  }

  /**
   * gRPC asks for the JDK's default TLS context when it is loaded, and that reads the certificates
   * of all well-known authorities, which takes a tenth of a second. A plugin trusts none of them,
   * so they are hidden meanwhile; that context is of no use to anybody from then on.
   */
  private static OkHttpServerBuilder builder(ServerSocket socket, ServerCredentials credentials) {
    String authorities = System.getProperty(AUTHORITIES);
    System.setProperty(AUTHORITIES, "NONE");
    try {
      return OkHttpServerBuilder.forPort(socket.getLocalSocketAddress(), credentials);
    } finally {
      if (authorities == null) {
        System.clearProperty(AUTHORITIES);
      } else {
        System.setProperty(AUTHORITIES, authorities);
      }
    }
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

  /** A thread that waits in native code would hold up the end of the JVM, so all are let go. */
  private static void stop(Running running) throws InterruptedException {
    running.server().shutdownNow();
    running.service().end().run();
    running.server().awaitTermination(END_S_MAX, TimeUnit.SECONDS);
  }

  /** Makes no sockets but hands out the one that is there. */
  private static final class Given extends ServerSocketFactory {
    private final ServerSocket socket;

    Given(ServerSocket socket) {
      this.socket = socket;
    }

    @Override
    public ServerSocket createServerSocket() {
      return socket;
    }

    @Override
    public ServerSocket createServerSocket(int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
      throw new UnsupportedOperationException();
    }
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
