package dev.adp.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets whose end waits for a second at most. TLS would first say goodbye, and wait for that
 * behind whatever is being written to a peer that does not read. The driver makes one by its name.
 */
public final class LingeringSockets extends SocketFactory {
  private static final int LINGER_S = 1;

  @Override
  public Socket createSocket() throws IOException {
    var socket = new Socket();
    socket.setSoLinger(true, LINGER_S);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw connected();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
    throw connected();
  }

  private static UnsupportedOperationException connected() {
    return new UnsupportedOperationException("the driver connects its sockets itself");
  }
}
