package dev.adp.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileProps;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate chain and its key, as PEM files that may be replaced while they are in use: the new
 * ones count for new connections within ten seconds.
 */
public record TlsFiles(String certificate, String key) {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
  private static final long LOOK_EVERY_MS = 10_000;

  /** Makes a server speak TLS. */
  public HttpServerOptions on(HttpServerOptions options) {
    return options.setSsl(true).setUseAlpn(false).setKeyCertOptions(pair());
  }

  private PemKeyCertOptions pair() {
    return new PemKeyCertOptions().setCertPath(certificate).setKeyPath(key);
  }

  /** Keeps a listening server's certificate the one that is in the files. */
  public void watch(Vertx vertx, HttpServer server) {
    watch(vertx, server, LOOK_EVERY_MS);
  }

  void watch(Vertx vertx, HttpServer server, long everyMs) {
    var known = new AtomicReference<>("");
    var _ = state(vertx).onSuccess(known::set); // Else a change before the first look is missed.
    vertx.setPeriodic(
        everyMs,
        _ ->
            state(vertx)
                .onSuccess(
                    now -> {
                      String before = known.getAndSet(now);
                      if (!before.isEmpty() && !before.equals(now)) {
                        reload(server);
                      }
                    }));
  }

  private Future<String> state(Vertx vertx) {
    return vertx
        .fileSystem()
        .props(certificate)
        .compose(
            first ->
                vertx.fileSystem().props(key).map(second -> stamp(first) + " " + stamp(second)));
  }

  private static String stamp(FileProps file) {
    return file.lastModifiedTime() + "/" + file.size();
  }

  /** Files that do not fit together yet change once more; until then the old ones stay. */
  private void reload(HttpServer server) {
    server
        .updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(pair()), true)
        .onSuccess(_ -> LOG.info("the TLS certificate was read again"))
        .onFailure(
            e ->
                LOG.warn(
                    "the TLS certificate cannot be used, the old one stays: {}", e.toString()));
  }
}
