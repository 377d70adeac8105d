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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

/** A client that knows nothing of our server: grpc-java, by its OkHttp transport. */
final class GrpcPeer implements AutoCloseable {
  private static final int ADDRESS = 3;
  private static final int CERTIFICATE = 5;

  private final ManagedChannel channel;

  private GrpcPeer(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Connects to where a handshake says. */
  static GrpcPeer connect(String handshake, PluginClient.Identity identity) {
    String[] fields = handshake.strip().split("\\|", -1);
    ChannelCredentials credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(MutualTls.key(identity.certificate()))
            .trustManager(
                new OnePeer(certificate(fields[CERTIFICATE]), "not the plugin of the handshake"))
            .build();
    return new GrpcPeer(
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
  byte[] call(String service, String method, byte[] request) {
    var answer = new CompletableFuture<byte[]>();
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
                .setRequestMarshaller(Bytes.MARSHALLER)
                .setResponseMarshaller(Bytes.MARSHALLER)
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

  /** Messages are what they are. */
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    MARSHALLER;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
