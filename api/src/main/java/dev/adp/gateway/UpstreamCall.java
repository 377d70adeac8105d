package dev.adp.gateway;

import dev.adp.domain.BaseUrl;
import dev.adp.domain.ProviderConfig;
import dev.adp.store.Invocation;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a call looks when it leaves; everything but the credential, which is put on when dialling.
 */
final class UpstreamCall {
  private UpstreamCall() {}

  /**
   * Where a call goes, and with which headers.
   *
   * @param query as the client wrote it
   * @param headers the client's; what an upstream may not see is left out
   */
  static RequestOptions of(
      Invocation invocation,
      Target target,
      HttpMethod method,
      @Nullable String query,
      MultiMap headers) {
    ProviderConfig config = invocation.provider().config();
    BaseUrl upstream = config.upstream();
    String basePath = Optional.ofNullable(upstream.value().getRawPath()).orElse("");
    var options =
        new RequestOptions()
            .setMethod(method)
            .setHost(upstream.host())
            .setPort(upstream.port())
            .setSsl(upstream.isTls())
            .setURI(
                Dialect.of(config).upstreamPath(basePath, target.upstreamPath())
                    + ClientHeaders.forwardedQuery(query))
            .setFollowRedirects(false);
    options.setHeaders(HttpHeaders.headers());
    ClientHeaders.forward(headers, options.getHeaders());
    options.putHeader("accept-encoding", "identity");
    if (target.shown() instanceof Shown.Batch) {
      options.getHeaders().remove("range").remove("if-range"); // A part would be counted nowhere.
    }
    return options;
  }
}
