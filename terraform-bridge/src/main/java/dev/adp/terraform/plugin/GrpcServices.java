package dev.adp.terraform.plugin;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The gRPC services of a plugin. Messages are bytes here: who answers them knows their fields. */
final class GrpcServices {
  private static final byte[] EMPTY = {};

  /** HealthCheckResponse with status SERVING. */
  private static final byte[] SERVING = {1 << 3, 1};

  private final HclLog log;

  GrpcServices(HclLog log) {
    this.log = log;
  }

  /** The provider's service and those that every plugin has. */
  List<ServerServiceDefinition> all(
      String service, Map<String, Function<byte[], byte[]>> methods, Runnable whenShutDown) {
    var provider = ServerServiceDefinition.builder(service);
    methods.forEach(
        (name, method) ->
            provider.addMethod(
                method(service, name, MethodType.UNARY), unary(name, method, () -> {})));
    return List.of(
        provider.build(),
        service(
            "plugin.GRPCController",
            "Shutdown",
            MethodType.UNARY,
            unary("Shutdown", _ -> EMPTY, whenShutDown)),
        service(
            "plugin.GRPCStdio", "StreamStdio", MethodType.SERVER_STREAMING, GrpcServices::silent),
        service(
            "plugin.GRPCBroker", "StartStream", MethodType.BIDI_STREAMING, GrpcServices::silent),
        service(
            "grpc.health.v1.Health",
            "Check",
            MethodType.UNARY,
            unary("Check", _ -> SERVING, () -> {})));
  }

  private static ServerServiceDefinition service(
      String service, String name, MethodType type, ServerCallHandler<byte[], byte[]> handler) {
    return ServerServiceDefinition.builder(service)
        .addMethod(method(service, name, type), handler)
        .build();
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String service, String name, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(Bytes.MARSHALLER)
        .setResponseMarshaller(Bytes.MARSHALLER)
        .build();
  }

  /** One message in, one out, and then something to do once the answer has left. */
  private ServerCallHandler<byte[], byte[]> unary(
      String name, Function<byte[], byte[]> method, Runnable afterwards) {
    return (call, _) -> {
      call.request(2); // One, and the end.
      return new ServerCall.Listener<>() {
        private byte[] request = EMPTY;

        @Override
        public void onMessage(byte[] message) {
          request = message;
        }

        @Override
        public void onHalfClose() {
          long start = System.nanoTime();
          answer(name, call, method, request);
          log.log(
              HclLog.Level.TRACE,
              "answered",
              "tf_rpc",
              name,
              "micros",
              String.valueOf((System.nanoTime() - start) / 1_000));
        }

        @Override
        public void onComplete() {
          afterwards.run();
        }

        @Override
        public void onCancel() {
          afterwards.run();
        }
      };
    };
  }

  private void answer(
      String name,
      ServerCall<byte[], byte[]> call,
      Function<byte[], byte[]> method,
      byte[] request) {
    byte[] answer;
    try {
      answer = method.apply(request);
    } catch (RuntimeException e) {
      // Its class and its place say what is broken; its text could hold a value.
      log.log(
          HclLog.Level.ERROR,
          "internal error",
          "tf_rpc",
          name,
          "error",
          e.getClass().getName(),
          "at",
          e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].toString());
      call.close(
          Status.INTERNAL.withDescription("internal error: " + e.getClass().getSimpleName()),
          new Metadata());
      return;
    }
    call.sendHeaders(new Metadata());
    call.sendMessage(answer);
    call.close(Status.OK, new Metadata());
  }

  /** A stream that stays open and on which nothing is said. */
  private static ServerCall.Listener<byte[]> silent(
      ServerCall<byte[], byte[]> call, Metadata headers) {
    call.sendHeaders(new Metadata());
    call.request(1);
    return new ServerCall.Listener<>() {};
  }

  /** Messages are what they are. */
  enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
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
