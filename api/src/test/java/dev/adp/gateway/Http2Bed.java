package dev.adp.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.adp.store.StoreExtension;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What tests of HTTP/2 open, closed behind each of them. */
final class Http2Bed implements AfterEachCallback {
  private final StoreExtension store;
  private final BlockingQueue<HttpServerRequest> upstream = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  Http2Bed(StoreExtension store) {
    this.store = store;
  }

  GatewayRig rig(Limits limits) {
    var rig = new GatewayRig(store, limits);
    open.add(rig);
    return rig;
  }

  Http2Client client(GatewayRig rig) {
    var client = new Http2Client(store.vertx(), rig);
    open.add(client);
    return client;
  }

  /** Keeps a call that the upstream has got, for {@link #upstream}. */
  void arrived(HttpServerRequest request) {
    upstream.add(request);
  }

  /** The next call that the upstream has got, waiting for it. */
  HttpServerRequest upstream() throws InterruptedException {
    HttpServerRequest next = upstream.poll(20, SECONDS);
    if (next == null) {
      throw new AssertionError("no call upstream");
    }
    return next;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }
}
