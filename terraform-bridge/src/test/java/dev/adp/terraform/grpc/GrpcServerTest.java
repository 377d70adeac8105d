package dev.adp.terraform.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GrpcServerTest {
  /** Some systems refuse to accept what has been reset already, or when there are many files. */
  private static final class Unlucky extends ServerSocket {
    private int times = 2;

    Unlucky() throws IOException {
      super(0, 50, InetAddress.getLoopbackAddress());
    }

    @Override
    public Socket accept() throws IOException {
      if (times-- > 0) {
        throw new SocketException("Invalid argument");
      }
      return super.accept();
    }
  }

  private static final class Failures implements GrpcServer.Clients {
    private final Semaphore failures = new Semaphore(0);

    @Override
    public void come() {}

    @Override
    public void gone() {}

    @Override
    public void failed(IOException why) {
      failures.release();
    }
  }

  @Test
  void whatCannotBeAcceptedKeepsNobodyElseOut() throws Exception {
    var clients = new Failures();
    var listening = new Unlucky();
    try (var server = new GrpcServer(listening, accepted -> accepted, Map::of, 1, clients)) {
      Thread.ofPlatform().daemon().start(server::serve);
      try (var socket = new Socket(listening.getInetAddress(), listening.getLocalPort())) {
        socket.setSoTimeout(60_000);
        var in = new FrameReader(socket.getInputStream());
        assertThat(in.next()).isTrue();
        assertThat(in.type()).isEqualTo(Frames.SETTINGS);
        assertThat(clients.failures.tryAcquire(2, 1, TimeUnit.MINUTES)).isTrue();
      }
    }
  }
}
