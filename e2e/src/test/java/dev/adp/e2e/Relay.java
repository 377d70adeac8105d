package dev.adp.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes connections on to a port of this machine, until it is cut; then it ends them all. */
final class Relay implements AutoCloseable {
  private final int port;
  private final NetClient client;
  private final NetServer server;
  private final Set<NetSocket> live = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean cut;

  private Relay(Vertx vertx, int port) {
    this.port = port;
    target = port;
    client = vertx.createNetClient();
    server = vertx.createNetServer().connectHandler(this::pass).listen(0, "127.0.0.1").await();
  }

  static Relay to(Vertx vertx, int port) {
    return new Relay(vertx, port);
  }

  /** The same URL by way of this. */
  String instead(String url) {
    return url.replace(":" + port + "/", ":" + server.actualPort() + "/");
  }

  void cut() {
    cut = true;
    live.forEach(NetSocket::close);
  }

  void mend() {
    cut = false;
  }

  /** Connections go to another port from now on. */
  void leadTo(int port) {
    target = port;
  }

  private void pass(NetSocket near) {
    if (cut) {
      var _ = near.close();
      return;
    }
    near.pause();
    client
        .connect(target, "127.0.0.1")
        .onFailure(_ -> near.close())
        .onSuccess(
            far -> {
              live.add(near);
              near.closeHandler(
                  _ -> {
                    live.remove(near);
                    var _ = far.close();
                  });
              far.closeHandler(_ -> near.close());
              near.pipeTo(far);
              far.pipeTo(near);
            });
  }

  @Override
  public void close() {
    cut();
    server.close().await();
    client.close().await();
  }
}
