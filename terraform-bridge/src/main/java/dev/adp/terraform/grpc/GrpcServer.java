package dev.adp.terraform.grpc;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Serves gRPC on a socket. */
public final class GrpcServer implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 100;

  /** As long as a client may take to show who it is. */
  private static final int LET_IN_MS_MAX = 60_000;

  /** Whatever keeps one connection from being accepted may keep the next, for a while. */
  private static final int PAUSE_MS = 100;

  private final ServerSocket socket;
  private final Transport transport;
  private final Supplier<Map<String, GrpcMethod>> methods;
  private final int messageBytesMax;
  private final Clients clients;
  private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();

  /** What a connection is made of. */
  public interface Transport {
    /**
     * Lets a client in.
     *
     * @return the accepted socket itself, or one that speaks by it
     * @throws IOException if the client is not let in
     */
    Socket open(Socket accepted) throws IOException;
  }

  /** Who wants to know of clients. */
  public interface Clients {
    /** One was let in. */
    void come();

    /** One that was let in has gone. */
    void gone();

    /** One could not be accepted, was not let in, or has broken the rules. */
    void failed(IOException why);
  }

  /**
   * A server that does not serve yet.
   *
   * @param socket bound; connections may wait at it already
   * @param methods asked for with the first call; by their paths
   * @param messageBytesMax the longest request
   */
  public GrpcServer(
      ServerSocket socket,
      Transport transport,
      Supplier<Map<String, GrpcMethod>> methods,
      int messageBytesMax,
      Clients clients) {
    this.socket = socket;
    this.transport = transport;
    this.methods = methods;
    this.messageBytesMax = messageBytesMax;
    this.clients = clients;
  }

  /** Serves until it is closed; a connection that cannot be accepted ends none of the others. */
  public void serve() {
    while (!socket.isClosed()) {
      try {
        begin(socket.accept());
      } catch (IOException e) {
        if (!socket.isClosed()) {
          clients.failed(e);
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
        }
      }
    }
  }

  private void begin(Socket accepted) throws IOException {
    if (conversations.size() >= CONNECTIONS_MAX) {
      accepted.close();
      return;
    }
    var conversation = new Conversation(accepted);
    conversations.add(conversation);
    Thread.ofPlatform().daemon().name("connection").start(conversation);
  }

  /** Lets go of all connections: a thread that waits for one would hold up the end of the JVM. */
  @Override
  public void close() throws IOException {
    socket.close();
    for (Conversation conversation : conversations) {
      conversation.close();
    }
  }

  private final class Conversation implements Runnable {
    private final Socket accepted;
    private volatile Optional<Http2Connection> connection = Optional.empty();

    Conversation(Socket accepted) {
      this.accepted = accepted;
    }

    @Override
    public void run() {
      boolean[] wasLetIn = {false};
      try (accepted) {
        accepted.setTcpNoDelay(true);
        accepted.setSoTimeout(LET_IN_MS_MAX);
        try (Socket open = transport.open(accepted)) {
          var http2 =
              new Http2Connection(
                  open.getInputStream(),
                  open.getOutputStream(),
                  path -> Optional.ofNullable(methods.get().get(path)),
                  messageBytesMax,
                  System::nanoTime);
          connection = Optional.of(http2);
          http2.serve(
              () -> {
                accepted.setSoTimeout(0);
                wasLetIn[0] = true;
                clients.come();
              });
        }
      } catch (IOException e) {
        clients.failed(e);
      } finally {
        conversations.remove(this);
        if (wasLetIn[0]) {
          clients.gone();
        }
      }
    }

    /** Says goodbye to whoever listens, and does not wait for an answer to that. */
    void close() throws IOException {
      connection.ifPresent(Http2Connection::sayGoodbye);
      accepted.close();
    }
  }
}
