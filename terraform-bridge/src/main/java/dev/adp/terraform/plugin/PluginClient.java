package dev.adp.terraform.plugin;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Speaks to a plugin as Terraform does: what rehearsals and tests do. */
public final class PluginClient implements AutoCloseable {
  private static final int ADDRESS = 3;
  private static final int CERTIFICATE = 5;

  private final ManagedChannel channel;

  private PluginClient(ManagedChannel channel) {
    this.channel = channel;
  }

  /** An identity that a plugin can be told to let in. */
  public static final class Identity {
    private final SelfSignedCertificate certificate;

    /** Makes a new one. */
    public Identity() {
      certificate =
          SelfSignedCertificate.create(
              SelfSignedCertificate.Kind.P521, java.time.Clock.systemUTC().instant());
    }

    /** What the plugin is told. */
    public String pem() {
      try {
        return "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate.certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n";
      } catch (CertificateException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Connects to where a handshake says. */
  public static PluginClient connect(String handshake, Identity identity) {
    String[] fields = handshake.strip().split("\\|", -1);
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(MutualTls.key(identity.certificate))
            .trustManager(new OneServer(certificate(fields[CERTIFICATE])))
            .build();
    return new PluginClient(
        OkHttpChannelBuilder.forTarget(fields[ADDRESS], credentials)
            .overrideAuthority("localhost")
            .maxInboundMessageSize(Plugin.MESSAGE_BYTES_MAX)
            .build());
  }

  private static X509Certificate certificate(String base64) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the handshake has no certificate", e);
    }
  }

  /**
   * Makes a call and waits for its answer.
   *
   * @throws StatusRuntimeException when there is none
   */
  public byte[] call(String service, String method, byte[] request) {
    var answer = new CompletableFuture<byte[]>();
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .setRequestMarshaller(GrpcServices.Bytes.MARSHALLER)
                .setResponseMarshaller(GrpcServices.Bytes.MARSHALLER)
                .build(),
            CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          private byte[] message = {};

          @Override
          public void onMessage(byte[] received) {
            message = received;
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
              answer.complete(message);
            } else {
              answer.completeExceptionally(status.asRuntimeException());
            }
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    try {
      return answer.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof StatusRuntimeException refused) {
        throw refused;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private record OneServer(X509Certificate server) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, @Nullable String type)
        throws CertificateException {
      if (!MessageDigest.isEqual(server.getEncoded(), chain[0].getEncoded())) {
        throw new CertificateException("not the plugin of the handshake");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, @Nullable String type)
        throws CertificateException {
      throw new CertificateException("a client trusts no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
