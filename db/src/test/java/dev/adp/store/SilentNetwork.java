package dev.adp.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A relay whose connections can go silent, as a cut cable does: nothing comes, nothing closes. */
final class SilentNetwork implements AutoCloseable {
  private final ServerSocket listener;
  private final int port;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  private volatile boolean refusing;

  SilentNetwork(int port) throws IOException {
    this.port = port;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The URL of a database of this machine, by way of here. */
  String before(String databaseUrl) {
    return databaseUrl
        .replaceFirst(":[0-9]+/", ":%d/".formatted(port()))
        .replaceFirst("@[^:]+:", "@127.0.0.1:");
  }

  /** From now on nothing passes on the connections that there are. */
  void swallow() {
    silent = true;
  }

  /** From now on whoever connects is hung up on. */
  void refuse() {
    refusing = true;
  }

  /** New connections pass again; the old ones stay dead. */
  void mend() {
    silent = false;
    refusing = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          client.close();
          continue;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.addAll(List.of(client, server));
        start(() -> pass(client, server));
        start(() -> pass(server, client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] piece = new byte[8_192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(piece); n != -1; n = in.read(piece)) {
        if (silent) {
          return; // Both sockets stay open.
        }
        out.write(piece, 0, n);
      }
      to.close();
    } catch (IOException _) {
      // One of the two has gone.
    }
  }

  private static void start(Runnable task) {
    var _ = Thread.ofVirtual().start(task);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
