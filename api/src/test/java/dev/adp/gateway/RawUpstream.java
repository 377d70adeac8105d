package dev.adp.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An upstream that is a bare socket, so that it can do what no sound server does. */
final class RawUpstream implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  private final ServerSocket server;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();

  /** What happens to a connection once it has brought a whole request. */
  interface Script {
    void run(Socket socket) throws IOException;
  }

  RawUpstream(Script script) throws IOException {
    this.script = script;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** Each request is answered with these bytes, and the connection stays. */
  static RawUpstream saying(String bytes) throws IOException {
    return new RawUpstream(socket -> write(socket, bytes));
  }

  /** Each answer ends with its connection, which it never does. */
  static RawUpstream flooding() throws IOException {
    return new RawUpstream(
        socket -> {
          write(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n");
          while (true) {
            socket.getOutputStream().write(new byte[65_536]);
          }
        });
  }

  static void write(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Ends a connection as a crash does. */
  static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many connections there were. */
  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      while (!socket.isClosed() && readRequest(socket.getInputStream())) {
        script.run(socket);
      }
    } catch (IOException _) {
      // The gateway has gone, as some tests want it.
    }
  }

  /** Whether there was one more. */
  private static boolean readRequest(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") == -1) {
      int next = in.read();
      if (next == -1) {
        return false;
      }
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head.toString().toLowerCase(Locale.ROOT));
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return in.readNBytes(bytes).length == bytes;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
